import Glibc
import Reactor
import Testing

/// Two connected ends; the far one is handled by hand.
struct SocketPair: ~Copyable {
    let near: Socket
    private var far: Int32

    init() throws {
        var ends: [Int32] = [0, 0]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        try #require(socketpair(AF_UNIX, kind, 0, &ends) == 0)
        near = Socket(adopting: ends[0])
        far = ends[1]
    }

    deinit {
        if far >= 0 { close(far) }
    }

    mutating func closeFar() {
        close(far)
        far = -1
    }

    func send(_ bytes: [UInt8]) {
        _ = Glibc.send(far, bytes, bytes.count, 0)
    }

    /// What came for the far end.
    func receivedBytes() -> [UInt8] { Self.all(far) }

    func received() -> String { String(decoding: receivedBytes(), as: UTF8.self) }

    /// What came for the near end and was not taken.
    func arrived() -> [UInt8] { Self.all(near.descriptor) }

    private static func all(_ descriptor: Int32) -> [UInt8] {
        var all: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &piece, piece.count, 0)
            if count <= 0 { return all }
            all += piece[..<count]
        }
    }
}
