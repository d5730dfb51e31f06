import Base
import Wire

/// Decodes as much body as `bytes` holds from `index` on.
///
/// A body of declared length is one range of `bytes`, returned and not copied; the payload of a
/// chunked one is gathered into `payload`, free of its framing.
func gatherBody(
    _ bytes: Span<UInt8>,
    _ index: inout Int,
    _ decoder: inout BodyDecoder,
    _ isChunked: Bool,
    into payload: inout ByteBuffer
) throws(BodyDecoder.Failure) -> Range<Int> {
    while true {
        switch try decoder.next(bytes, from: &index) {
        case .payload(let range):
            guard isChunked else { return range }
            payload.append(bytes, range)
        case .needsMore, .complete:
            return index..<index
        }
    }
}
