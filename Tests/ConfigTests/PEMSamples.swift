/// An Ed25519 key pair made for these tests and used by nobody.
enum PEMSamples {
    static let privateKey = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIB6QvZ1kas4PB9sw82qEygHiT+mYNtsXCx2ONsn7FEEo
        -----END PRIVATE KEY-----

        """

    static let publicKey = """
        -----BEGIN PUBLIC KEY-----
        MCowBQYDK2VwAyEAyL2hntCW8PqXv5kuT1rtAALpQhpa6NWMOVh9WRThjgo=
        -----END PUBLIC KEY-----

        """

    /// The public key as a key set (RFC 8037 §2).
    static let keySet = """
        {"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a","x":"yL2hntCW8PqXv5kuT1rtAALpQhpa6NWMOVh9WRThjgo"}]}
        """
}
