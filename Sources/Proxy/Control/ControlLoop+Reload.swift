import Base
import Config
import Reactor
import Telemetry

/// How a sidecar takes on another configuration while it runs.
extension ControlLoop {
    /// Reads everything anew; a configuration with problems changes nothing.
    ///
    /// Says what was wrong; nothing when it worked.
    @discardableResult
    mutating func reload() -> [String] {
        // News of the files that are about to be read tell nothing more.
        _ = watch?.hasChanged()
        let problems: [String]
        switch settings.reload() {
        case .problems(let found): problems = found
        case .loaded(let loaded): problems = adopt(loaded)
        }
        let metrics = server.cells.process
        metrics.configReloaded(isSuccess: problems.isEmpty)
        metrics.configGeneration.set(Int(clamping: server.snapshot.generation))
        lastReload = .init(at: reactor.now, problems: problems)
        for problem in problems { Complaint.write(problem) }
        if problems.isEmpty {
            Complaint.write("reloaded, generation \(server.snapshot.generation)")
        } else {
            Complaint.write("not reloaded: generation \(server.snapshot.generation) stays in force")
        }
        return problems
    }

    /// Reloads when a watched file is another than before.
    mutating func lookAtFiles() {
        guard watch?.hasChanged() == true else { return }
        reload()
    }

    private mutating func adopt(_ loaded: ControlSettings.Loaded) -> [String] {
        var loaded = loaded
        let connections = loaded.config.server.limits.connections
        loaded.config.server.limits.connections = min(connections, connectionLimit)
        let before = server.snapshot.config
        if let address = loaded.config.server.admin, let current = admin?.address,
            address != current
        {
            do throws(SystemError) {
                try self.admin?.move(to: address, reactor)
            } catch {
                return ["cannot listen on \(address): \(error)"]
            }
        }
        do throws(ProxyServer.Failure) {
            try server.adopt(loaded.config)
        } catch {
            return [error.description]
        }
        certificatesAt = reactor.now
        warnOfCertificates()
        admin?.tls = server.snapshot.config.adminTLS
        let files = settings.loaded.files
        settings.loaded = loaded
        settle(files)
        warn(before, loaded.config.server)
        followSnapshot()
        return []
    }

    /// Lets go of what only the reading of a configuration needed.
    mutating func settle(_ watched: [String]) {
        if settings.loaded.files != watched { watchFiles() }
        settings.loaded.settle()
        ProgramMemory.giveBack()
    }

    /// Some keys are read once; who changes them is told.
    private func warn(_ before: ServerConfig, _ after: ServerConfig) {
        var keys: [String] = []
        if before.workers != after.workers { keys.append("workers") }
        if (before.admin == nil) != (after.admin == nil) { keys.append("admin") }
        if before.limits.connections != after.limits.connections {
            keys.append("limits.connections")
        }
        if before.limits.bufferMemory != after.limits.bufferMemory {
            keys.append("limits.bufferMemory")
        }
        if before.telemetry.accessLog != after.telemetry.accessLog {
            keys.append("telemetry.accessLog")
        }
        guard !keys.isEmpty else { return }
        Complaint.write("changed only by a restart: \(keys.joined(separator: ", "))")
    }
}
