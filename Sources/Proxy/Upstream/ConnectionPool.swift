import Base

/// Idle connections of one worker, last in, first out, so that the rest can go cold and close.
///
/// A plain list of endpoints, searched in order: there are few, and a dictionary would allocate
/// for every change.
struct ConnectionPool {
    private struct Shelf {
        let key: PoolKey
        var idle: [Handle<UpstreamConnection>] = []
    }

    /// Connections that many exchanges share, in the order in which they were opened.
    private var sharedConnections: [(key: PoolKey, handle: Handle<UpstreamConnection>)] = []

    private var shelves: [Shelf] = []
    /// Idle connections in all.
    private(set) var idleCount = 0

    /// Takes the connection that was used most recently.
    mutating func take(_ key: PoolKey) -> Handle<UpstreamConnection>? {
        guard let index = index(of: key), let handle = shelves[index].idle.popLast() else {
            return nil
        }
        idleCount -= 1
        return handle
    }

    /// Takes the connection to any endpoint of an upstream that has rested longest there.
    mutating func takeColdest(of upstream: UInt64) -> Handle<UpstreamConnection>? {
        for index in shelves.indices
        where shelves[index].key.upstream == upstream && !shelves[index].idle.isEmpty {
            idleCount -= 1
            return shelves[index].idle.removeFirst()
        }
        return nil
    }

    /// Keeps `handle` for the next request.
    mutating func give(_ handle: Handle<UpstreamConnection>, _ key: PoolKey) {
        idleCount += 1
        if let index = index(of: key) {
            shelves[index].idle.append(handle)
        } else {
            shelves.append(Shelf(key: key, idle: [handle]))
        }
    }

    /// Forgets `handle`, which has closed.
    mutating func forget(_ handle: Handle<UpstreamConnection>, _ key: PoolKey) {
        guard let index = index(of: key),
            let place = shelves[index].idle.firstIndex(of: handle)
        else { return }
        shelves[index].idle.remove(at: place)
        idleCount -= 1
    }

    /// Removes and lists what `isTooOld` says, oldest first within each endpoint.
    ///
    /// Endpoints without any idle connection lose their place: a reload may have removed them.
    mutating func evict(
        where isTooOld: (Handle<UpstreamConnection>) -> Bool
    )
        -> [Handle<UpstreamConnection>]
    {
        guard idleCount > 0 else { return [] }
        var evicted: [Handle<UpstreamConnection>] = []
        for index in shelves.indices {
            let keptFrom =
                shelves[index].idle.firstIndex { !isTooOld($0) } ?? shelves[index].idle.count
            evicted.append(contentsOf: shelves[index].idle[..<keptFrom])
            shelves[index].idle.removeFirst(keptFrom)
        }
        if !evicted.isEmpty { shelves.removeAll { $0.idle.isEmpty } }
        idleCount -= evicted.count
        return evicted
    }

    /// How many connections are shared.
    var sharedCount: Int { sharedConnections.count }

    /// The connections to an endpoint that exchanges share.
    func shared(_ key: PoolKey) -> [Handle<UpstreamConnection>] {
        sharedConnections.compactMap { $0.key == key ? $0.handle : nil }
    }

    /// All connections that exchanges share.
    var shared: [Handle<UpstreamConnection>] { sharedConnections.map(\.handle) }

    /// Lets other exchanges find `handle`, whose model speaks HTTP/2.
    mutating func share(_ handle: Handle<UpstreamConnection>, _ key: PoolKey) {
        sharedConnections.append((key, handle))
    }

    /// No further exchange gets a stream of `handle`.
    mutating func unshare(_ handle: Handle<UpstreamConnection>) {
        sharedConnections.removeAll { $0.handle == handle }
    }

    private func index(of key: PoolKey) -> Int? {
        for index in shelves.indices where shelves[index].key == key { return index }
        return nil
    }
}
