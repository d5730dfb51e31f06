import Base
import Wire

/// Idle connections of one worker, last in, first out, so that the rest can go cold and close.
struct ConnectionPool {
    private var idle: [PoolKey: [Handle<UpstreamConnection>]] = [:]
    /// The pool that was used last; almost always the one that is asked for next.
    private var count = 0

    /// Idle connections in all.
    var idleCount: Int { count }

    /// Takes the connection that was used most recently.
    mutating func take(_ key: PoolKey) -> Handle<UpstreamConnection>? {
        guard count > 0, let handle = idle[key]?.popLast() else { return nil }
        count -= 1
        return handle
    }

    /// Keeps `handle` for the next request.
    mutating func give(_ handle: Handle<UpstreamConnection>, _ key: PoolKey) {
        idle[key, default: []].append(handle)
        count += 1
    }

    /// Forgets `handle`, which has closed.
    mutating func forget(_ handle: Handle<UpstreamConnection>, _ key: PoolKey) {
        guard let index = idle[key]?.firstIndex(of: handle) else { return }
        idle[key]?.remove(at: index)
        count -= 1
    }

    /// Removes and lists what `isTooOld` says, oldest first within each endpoint.
    mutating func evict(
        where isTooOld: (Handle<UpstreamConnection>) -> Bool
    )
        -> [Handle<UpstreamConnection>]
    {
        guard count > 0 else { return [] }
        var evicted: [Handle<UpstreamConnection>] = []
        for key in idle.keys {
            guard var handles = idle[key] else { continue }
            let keptFrom = handles.firstIndex { !isTooOld($0) } ?? handles.count
            guard keptFrom > 0 else { continue }
            evicted.append(contentsOf: handles[..<keptFrom])
            handles.removeFirst(keptFrom)
            idle[key] = handles.isEmpty ? nil : handles
        }
        count -= evicted.count
        return evicted
    }
}
