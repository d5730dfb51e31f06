import Base
private import COpenSSL

/// The bytes that OpenSSL may touch during one call: what came in, and where to put what goes out.
///
/// Stands for the network, as a `BIO_METHOD` of our own. It keeps nothing between calls, where
/// OpenSSL's memory BIO would keep buffers for every idle connection.
struct LentBytes {
    private var input: UnsafePointer<UInt8>?
    private var count = 0
    private var output: UnsafeMutablePointer<ByteBuffer>?

    /// Lends both for as long as `body` runs.
    static func lend<Result>(
        _ bytes: Span<UInt8>,
        _ output: inout ByteBuffer,
        to place: UnsafeMutablePointer<LentBytes>,
        _ body: () -> Result
    ) -> Result {
        bytes.withUnsafeBytes { bytes in
            withUnsafeMutablePointer(to: &output) { output in
                place.pointee.input = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
                place.pointee.count = bytes.count
                place.pointee.output = output
                defer { place.pointee = LentBytes() }
                return body()
            }
        }
    }

    /// Lends a place for what goes out, when nothing has come in.
    static func lend<Result>(
        _ output: inout ByteBuffer,
        to place: UnsafeMutablePointer<LentBytes>,
        _ body: () -> Result
    ) -> Result {
        withUnsafeMutablePointer(to: &output) { output in
            place.pointee.output = output
            defer { place.pointee = LentBytes() }
            return body()
        }
    }

    /// A BIO over `place`, which must outlive it.
    static func makeBIO(over place: UnsafeMutablePointer<LentBytes>) -> OpaquePointer? {
        let bio = BIO_new(OpaquePointer(bitPattern: method))
        BIO_set_data(bio, place)
        BIO_set_init(bio, 1)
        return bio
    }

    /// Takes the next bytes of the input; yields how many, none when there are no more.
    private mutating func read(_ target: UnsafeMutablePointer<CChar>, _ room: Int) -> Int {
        guard let input else { return 0 }
        let taken = min(room, count)
        UnsafeMutableRawPointer(target).copyMemory(from: input, byteCount: taken)
        self.input = input + taken
        count -= taken
        return taken
    }

    private func write(_ source: UnsafePointer<CChar>, _ count: Int) -> Bool {
        guard let output else { return false }
        let bytes = UnsafeRawBufferPointer(start: source, count: count)
        output.pointee.append(bytes.bindMemory(to: UInt8.self).span)
        return true
    }

    private static func place(of bio: OpaquePointer?) -> UnsafeMutablePointer<LentBytes>? {
        BIO_get_data(bio)?.assumingMemoryBound(to: LentBytes.self)
    }

    /// The address of the method's table, made once and never freed.
    private static let method: UInt = {
        let method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "lent bytes")
        BIO_meth_set_read_ex(method) { bio, target, room, taken in
            outrider_clear_retry(bio)
            guard let place = place(of: bio), let target else { return 0 }
            let count = place.pointee.read(target, room)
            taken?.pointee = count
            if count == 0 { outrider_set_retry_read(bio) }
            return count > 0 ? 1 : 0
        }
        BIO_meth_set_write_ex(method) { bio, source, count, written in
            outrider_clear_retry(bio)
            guard let place = place(of: bio), let source, place.pointee.write(source, count) else {
                return 0
            }
            written?.pointee = count
            return 1
        }
        BIO_meth_set_ctrl(method) { _, command, _, _ in command == BIO_CTRL_FLUSH ? 1 : 0 }
        return UInt(bitPattern: method)
    }()
}
