extension Guide {
    /// Where everything is that the tour leads to.
    struct Places {
        let gateway: Ports
        let sentiment: Ports
        let candidate: Ports
        let chat: Ports
        /// Who may use everything, and who may not.
        let callers: [Caller]
        /// The gateway's configuration, and the records of its keys.
        let file: String
        let keyFile: String
    }

    /// Where one process is, and the model behind it.
    struct Ports {
        let traffic: UInt16
        let admin: UInt16
        var model: UInt16?
    }

    /// Somebody who has a key.
    struct Caller {
        let id: String
        let models: String
        let key: String
        /// The header that shows it, as a file.
        let headerFile: String
    }
}

extension Guide.Places {
    /// Where `ensemble` is.
    init(_ ensemble: Ensemble) {
        let door = ensemble.door
        self.init(
            gateway: .init(traffic: door.traffic, admin: door.admin),
            sentiment: .init(ensemble.sentiment),
            candidate: .init(ensemble.candidate),
            chat: .init(ensemble.chat),
            callers: [door.acme, door.globex].map { .init($0) },
            file: door.file,
            keyFile: door.keyFile
        )
    }
}

extension Guide.Ports {
    fileprivate init(_ escort: Escort) {
        self.init(traffic: escort.traffic, admin: escort.admin, model: escort.server.port)
    }
}

extension Guide.Caller {
    fileprivate init(_ caller: DemoCaller) {
        id = caller.id
        models = caller.models.joined(separator: ", ")
        key = caller.key
        headerFile = caller.headerFile
    }
}
