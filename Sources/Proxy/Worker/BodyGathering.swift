import Base
import Wire

/// The payload that `bytes` holds from `index` on, of a body that is not chunked: one range.
func nextPiece(
    _ bytes: Span<UInt8>,
    _ index: inout Int,
    _ decoder: inout BodyDecoder
) throws(BodyDecoder.Failure) -> Range<Int> {
    if case .payload(let range) = try decoder.next(bytes, from: &index) { return range }
    return index..<index
}

/// Gathers the payload of as many chunks as `bytes` holds from `index` on, free of their framing.
func gatherChunks(
    _ bytes: Span<UInt8>,
    _ index: inout Int,
    _ decoder: inout BodyDecoder,
    into payload: inout ByteBuffer
) throws(BodyDecoder.Failure) {
    while case .payload(let range) = try decoder.next(bytes, from: &index) {
        payload.append(bytes, range)
    }
}
