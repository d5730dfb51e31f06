package import Base

/// Sending from buffers and lent spans, so that callers touch no raw memory.
extension Socket {
    /// Sends what waits in `buffer`, without consuming it.
    package func send(_ buffer: borrowing ByteBuffer) -> IOResult {
        buffer.withUnsafeReadable { send($0) }
    }

    /// Says `answer`, as far as the kernel takes it at once, and closes.
    package consuming func refuse(with answer: [UInt8]) {
        // A fresh connection has room for it, and a peer that has left needs none.
        _ = answer.withUnsafeBytes { send($0) }
        shutdownWrite()
        // Closing with unread bytes would reset the connection before the answer is read.
        withUnsafeTemporaryAllocation(byteCount: 16_384, alignment: 8) { _ = read(into: $0) }
    }

    /// Sends what waits in `buffer` and then `bytes`, in one system call.
    package func send(_ buffer: borrowing ByteBuffer, then bytes: Span<UInt8>) -> IOResult {
        bytes.withUnsafeBytes { second in
            guard !buffer.isEmpty else { return send(second) }
            return buffer.withUnsafeReadable { first in send(first, second) }
        }
    }
}
