package import Base

/// Sending from buffers and lent spans, so that callers touch no raw memory.
extension Socket {
    /// Sends what waits in `buffer`, without consuming it.
    package func send(_ buffer: borrowing ByteBuffer) -> IOResult {
        buffer.withUnsafeReadable { send($0) }
    }

    /// Sends what waits in `buffer` and then `bytes`, in one system call.
    package func send(_ buffer: borrowing ByteBuffer, then bytes: Span<UInt8>) -> IOResult {
        bytes.withUnsafeBytes { second in
            guard !buffer.isEmpty else { return send(second) }
            return buffer.withUnsafeReadable { first in send(first, second) }
        }
    }
}
