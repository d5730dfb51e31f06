import Config
private import Glibc

/// A connected stream to a server on this machine; every wait is bounded by a deadline.
struct LocalSocket: ~Copyable {
    enum Failure: Error {
        case timeout
        case noSuchHost(String)
        case system(Int32)
    }

    private let descriptor: Int32
    private let deadline: Deadline

    private init(_ descriptor: Int32, _ deadline: Deadline) {
        self.descriptor = descriptor
        self.deadline = deadline
    }

    deinit {
        close(descriptor)
    }

    /// Connects to `address`, trying each of a name's addresses in turn.
    static func connect(to address: Address, by deadline: Deadline) throws(Failure) -> LocalSocket {
        switch address {
        case .unix(let path): try connectUnix(path, deadline)
        case .any(let port): try connectHost("127.0.0.1", port, deadline)
        case .host(let host, let port), .dns(let host, let port):
            try connectHost(host, port, deadline)
        }
    }

    /// Sends all of `bytes`.
    func send(_ bytes: [UInt8]) throws(Failure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else {
                try waitAfterFailure(for: POLLOUT)
            }
        }
    }

    /// The next bytes, at most `limit`; none at the end.
    func receive(upTo limit: Int) throws(Failure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: limit)
        while true {
            let count = bytes.withUnsafeMutableBytes {
                recv(descriptor, $0.baseAddress, $0.count, 0)
            }
            if count >= 0 { return Array(bytes[..<count]) }
            try waitAfterFailure(for: POLLIN)
        }
    }

    private static func connectUnix(
        _ path: String,
        _ deadline: Deadline
    ) throws(Failure) -> LocalSocket {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // `Address` bounds the path, so that it and its NUL fit.
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let socket = try make(AF_UNIX, deadline)
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(socket.descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try socket.finishConnecting(code)
        return socket
    }

    private static func connectHost(
        _ host: String,
        _ port: UInt16,
        _ deadline: Deadline
    ) throws(Failure) -> LocalSocket {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &list) == 0 else {
            throw .noSuchHost(host)
        }
        defer { freeaddrinfo(list) }
        var failure = Failure.noSuchHost(host)
        var next = list
        while let candidate = next?.pointee {
            do throws(Failure) {
                let socket = try make(candidate.ai_family, deadline)
                let code = Glibc.connect(
                    socket.descriptor,
                    candidate.ai_addr,
                    candidate.ai_addrlen
                )
                try socket.finishConnecting(code)
                return socket
            } catch {
                failure = error
            }
            next = candidate.ai_next
        }
        throw failure
    }

    private static func make(_ family: Int32, _ deadline: Deadline) throws(Failure) -> LocalSocket {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(family, type, 0)
        guard descriptor >= 0 else { throw .system(errno) }
        return LocalSocket(descriptor, deadline)
    }

    private func finishConnecting(_ code: Int32) throws(Failure) {
        guard code != 0 else { return }
        guard errno == EINPROGRESS || errno == EINTR else { throw .system(errno) }
        try wait(for: POLLOUT)
        var error: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size)
        guard error == 0 else { throw .system(error) }
    }

    private func waitAfterFailure(for events: Int32) throws(Failure) {
        guard errno != EINTR else { return }
        guard errno == EAGAIN else { throw .system(errno) }
        try wait(for: events)
    }

    private func wait(for events: Int32) throws(Failure) {
        var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        while true {
            let count = poll(&entry, 1, deadline.remaining)
            if count > 0 { return }
            if count == 0 { throw .timeout }
            guard errno == EINTR else { throw .system(errno) }
        }
    }
}

extension LocalSocket.Failure {
    /// What happened, as a clause.
    var message: String {
        switch self {
        case .timeout: "no answer in time"
        case .noSuchHost(let host): "there is no host \(host)"
        case .system(let code): strerror(code).map { String(cString: $0) } ?? "error \(code)"
        }
    }
}
