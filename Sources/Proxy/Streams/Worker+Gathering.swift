import Base
import Reactor

/// What many streams say within one turn leaves in one system call for each connection.
///
/// A connection of HTTP/1.1 is flushed at the end of each dispatch, since only one exchange is on
/// it. One of HTTP/2 waits for the others that are ready in the same turn, but no longer.
extension Worker {
    /// Bytes that do not wait for more to come: a call for so many is well spent.
    private static let gatheredCount = 16_384

    /// Flushes a client's connection at the end of the turn, or now when it has enough.
    mutating func gather(
        _ handle: Handle<DownstreamConnection>,
        _ session: Handle<HTTP2Session>
    ) {
        // Whoever has begun to wait must know before it is given more.
        guard downstreams[handle].outbox.bytes.readableCount < Self.gatheredCount,
            clientSessions[session].changed.isEmpty
        else { return flushStreams(handle, session) }
        downstreams[handle].outbox.isDirty = false
        if clientSessions[session].isGathering { return }
        clientSessions[session].isGathering = true
        gathering.append(handle.bits)
    }

    /// The same for a model's connection.
    mutating func gather(
        _ handle: Handle<UpstreamConnection>,
        _ session: Handle<HTTP2Session>
    ) {
        guard upstreams[handle].outbox.bytes.readableCount < Self.gatheredCount,
            modelSessions[session].changed.isEmpty
        else { return flushStreams(handle, session) }
        upstreams[handle].outbox.isDirty = false
        if modelSessions[session].isGathering { return }
        modelSessions[session].isGathering = true
        gathering.append(handle.bits)
    }

    /// The turn ends: flushes what was put off, and what that causes.
    mutating func flushGathered() {
        var index = 0
        while index < gathering.count {
            let bits = gathering[index]
            index += 1
            if UInt8(truncatingIfNeeded: bits >> 24) == Kind.downstream {
                flushGathered(Handle<DownstreamConnection>(bits: bits))
            } else {
                flushGathered(Handle<UpstreamConnection>(bits: bits))
            }
            settle()
        }
        gathering.removeAll()
    }

    private mutating func flushGathered(_ handle: Handle<DownstreamConnection>) {
        guard downstreams.contains(handle), let session = downstreams[handle].http2 else { return }
        clientSessions[session].isGathering = false
        guard downstreams[handle].phase == .multiplexed else { return flushDownstream(handle) }
        flushStreams(handle, session)
    }

    private mutating func flushGathered(_ handle: Handle<UpstreamConnection>) {
        guard upstreams.contains(handle), let session = upstreams[handle].http2 else { return }
        modelSessions[session].isGathering = false
        flushStreams(handle, session)
    }
}
