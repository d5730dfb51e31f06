private import CLinux
private import Glibc

/// A socket that accepts connections; dropping it closes it.
///
/// It keeps one spare descriptor, so that a process that has run out can still take a connection
/// and refuse it politely instead of leaving it to wait in the dark.
package struct Listener: ~Copyable, Sendable {
    /// What became of one attempt to accept.
    package enum AcceptResult: ~Copyable {
        case accepted(Socket, SocketAddress)
        case wouldBlock
        /// No descriptor is left: `refuseOne`.
        case outOfDescriptors
        case failed(SystemError)
    }

    /// What became of one attempt to refuse.
    package enum RefuseResult: Sendable, Hashable {
        case refused
        /// Nobody waits any more.
        case nobody
        /// The spare is gone too: stop polling this listener for a while, for it stays readable.
        case outOfDescriptors
    }

    private let socket: Socket
    private var spare: Int32
    /// The file of a unix socket, which is removed with the listener that made it.
    private let file: UnixSocketFile?

    /// Binds and listens.
    ///
    /// Port 0 lets the kernel choose. `SocketAddress.any` takes IPv4 too, and IPv4 alone where the
    /// machine has no IPv6. With `sharesPort` other listeners of the same wish may share the port,
    /// one per worker, and the kernel spreads connections over them; a unix socket is shared by
    /// `duplicate` instead. The kernel cuts `backlog`, the connections that may wait to be
    /// accepted, to its own bound.
    package init(
        _ address: SocketAddress,
        sharesPort: Bool = false,
        backlog: Int32 = 4096
    ) throws(SystemError) {
        if case .unix(let path) = address {
            try UnixSocketFile.removeStale(path)
        }
        let socket = try Self.bindAny(address, sharesPort: sharesPort)
        guard listen(socket.descriptor, backlog) == 0 else { throw SystemError.last }
        self.socket = socket
        file = if case .unix(let path) = address { UnixSocketFile(path) } else { nil }
        spare = Self.openSpare()
    }

    private init(socket: consuming Socket) {
        self.socket = socket
        file = nil
        spare = Self.openSpare()
    }

    deinit {
        file?.remove()
        if spare >= 0 { close(spare) }
    }

    /// For the poller; it is closed with this value.
    package var descriptor: Int32 { socket.descriptor }

    /// Where it listens, with the port that the kernel chose.
    package var boundAddress: SocketAddress? { socket.localAddress() }

    /// Another listener on the same queue, for another worker; add both as exclusive.
    package func duplicate() throws(SystemError) -> Listener {
        let copy = fcntl(socket.descriptor, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw SystemError.last }
        return Listener(socket: Socket(adopting: copy))
    }

    /// Takes the next connection.
    package func accept() -> AcceptResult {
        let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        while true {
            var descriptor: Int32 = -1
            var code: Int32 = 0
            let peer = SocketAddress.reading { native, size in
                descriptor = accept4(socket.descriptor, native, &size, flags)
                if descriptor < 0 { code = errno }
                return descriptor
            }
            if descriptor >= 0 {
                // Families that we do not listen on cannot come; nobody trusts 0.0.0.0.
                return .accepted(Socket(adopting: descriptor), peer ?? .ipv4(0, port: 0))
            }
            switch code {
            // The peer left before we came, or a signal did: look at the next.
            case EINTR, ECONNABORTED, EPROTO, ENETDOWN, ENETUNREACH, EHOSTUNREACH, EHOSTDOWN:
                continue
            case EAGAIN: return .wouldBlock
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .outOfDescriptors
            default: return .failed(SystemError(code: code))
            }
        }
    }

    /// Gives up the spare descriptor to accept one connection, sends `answer` and closes it.
    package mutating func refuseOne(answer: [UInt8]) -> RefuseResult {
        if spare < 0 { spare = Self.openSpare() }
        guard spare >= 0 else { return .outOfDescriptors }
        close(spare)
        let result = acceptAndClose(answer)
        spare = Self.openSpare()
        return result
    }

    private func acceptAndClose(_ answer: [UInt8]) -> RefuseResult {
        switch accept() {
        case .accepted(let peer, _):
            peer.refuse(with: answer)
            return .refused
        case .wouldBlock: return .nobody
        case .outOfDescriptors: return .outOfDescriptors
        case .failed: return .outOfDescriptors
        }
    }

    /// Binds, and takes IPv4 alone for the any address of a machine without IPv6.
    private static func bindAny(
        _ address: SocketAddress,
        sharesPort: Bool
    ) throws(SystemError) -> Socket {
        do {
            return try bind(address, sharesPort: sharesPort)
        } catch
            where address == .any(port: address.port)
            && (error.code == EAFNOSUPPORT || error.code == EADDRNOTAVAIL)
        {
            return try bind(.ipv4(0, port: address.port), sharesPort: sharesPort)
        }
    }

    private static func bind(
        _ address: SocketAddress,
        sharesPort: Bool
    ) throws(SystemError) -> Socket {
        let socket = try Socket.make(family: address.family)
        if !address.isUnix {
            set(socket, SOL_SOCKET, SO_REUSEADDR, 1)
            if sharesPort { set(socket, SOL_SOCKET, SO_REUSEPORT, 1) }
            // Accepted connections inherit it, which saves a call for each.
            set(socket, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        }
        if case .ipv6 = address {
            set(socket, Int32(IPPROTO_IPV6), IPV6_V6ONLY, address.ipv6Mapped == 0 ? 0 : 1)
        }
        let code = address.withNative { native, size in
            Glibc.bind(socket.descriptor, native, size) == 0 ? 0 : errno
        }
        guard code == 0 else { throw SystemError(code: code) }
        return socket
    }

    private static func set(
        _ socket: borrowing Socket,
        _ level: Int32,
        _ name: Int32,
        _ value: Int32
    ) {
        var value = value
        let size = socklen_t(MemoryLayout<Int32>.size)
        // These options exist on every kernel that runs us; without them bind says what is wrong.
        setsockopt(socket.descriptor, level, name, &value, size)
    }

    private static func openSpare() -> Int32 {
        open("/dev/null", O_RDONLY | O_CLOEXEC)
    }
}
