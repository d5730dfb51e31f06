/// Keys made for these tests alone.
enum PEM {
    static let ed25519 = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIE2WwNQ5ao/MqXQTWLfhaLT2i73a++Zz3GIf772MXulM
        -----END PRIVATE KEY-----

        """
    static let ed25519Public = """
        -----BEGIN PUBLIC KEY-----
        MCowBQYDK2VwAyEAvw0Zpx44DEAADUqXrmyiLn5UjyiIJ9nnJGiVvjKRNvk=
        -----END PUBLIC KEY-----

        """
    static let encrypted = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAh7OJsQjL2R7wICCAAw
        DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEGJeEzVsfP0ru08/7SHx3u4EQOAx
        2q/8/RsjH5vP3ZMrmN/49UGn75QOjHT1WtxQNHrLKc7M3WdYCLV6ASWkZ0XLE/RO
        MeTOW5bWOFFYubfH3vI=
        -----END ENCRYPTED PRIVATE KEY-----

        """
    static let ec = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQggr48Azt4+RId7Mai
        4OdQnR0pmIzxOWIxtpeAcuAhx/ahRANCAAT4iCewBT6OUDmFEQhgiPIo0lZu0WnR
        tc3/kPYKCXxwJ1+p0YBogFPneEKHDmz7eYbIlEp+l9ceyAl0gXRm0zBR
        -----END PRIVATE KEY-----

        """
    static let ecPublic = """
        -----BEGIN PUBLIC KEY-----
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE+IgnsAU+jlA5hREIYIjyKNJWbtFp
        0bXN/5D2Cgl8cCdfqdGAaIBT53hChw5s+3mGyJRKfpfXHsgJdIF0ZtMwUQ==
        -----END PUBLIC KEY-----

        """
}
