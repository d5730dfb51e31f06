import Config

/// The admin port of the sidecar on this machine.
enum LocalAdmin {
    /// Where the environment and the file that it names say that it is, else the default.
    ///
    /// A container sets both for the sidecar and for the commands run beside it; a
    /// configuration with problems is not this command's to complain about.
    static func address(environment: [String: String]) -> Address {
        if let text = environment["OUTRIDER_ADMIN"], let address = Address(text) { return address }
        let source = ConfigurationSource(Arguments(), environment: environment)
        if case .loaded(let loaded) = source.load(), let admin = loaded.config.server.admin {
            return admin
        }
        return .host("127.0.0.1", port: 4001)
    }
}
