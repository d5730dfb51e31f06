import Base

/// Idle connections of one worker, last in, first out, so that the rest can go cold and close.
///
/// Endpoints are searched in order, but for the last one asked for: there are few, and mostly one.
struct ConnectionPool: ~Copyable {
    /// What rests at one endpoint, the freshest last.
    ///
    /// Not private: Swift 6.3.1 makes an invalid module of that when it does not optimise.
    struct Shelf: ~Copyable {
        let key: PoolKey
        var idle = WorkList()
    }

    /// Connections that many exchanges share, in the order in which they were opened.
    private var sharedConnections: [(key: PoolKey, handle: Handle<UpstreamConnection>)] = []

    private var shelves: Slots<Shelf>
    /// The shelves in the order in which endpoints came.
    private var places: [Handle<Shelf>] = []
    /// Where the last connection was taken or given.
    private var last = Handle<Shelf>(bits: 0)
    /// Idle connections in all.
    private(set) var idleCount = 0

    /// For as many endpoints as there may be connections.
    init(capacity: Int) {
        shelves = Slots(kind: 0, capacity: capacity)
    }

    /// Takes the connection that was used most recently.
    mutating func take(_ key: PoolKey) -> Handle<UpstreamConnection>? {
        guard let shelf = shelf(of: key), let bits = shelves[shelf].idle.popLast() else {
            return nil
        }
        idleCount &-= 1
        return Handle(bits: bits)
    }

    /// Takes the connection to any endpoint of an upstream that has rested longest there.
    mutating func takeColdest(of upstream: UInt64) -> Handle<UpstreamConnection>? {
        for shelf in places
        where shelves[shelf].key.upstream == upstream && !shelves[shelf].idle.isEmpty {
            let coldest = shelves[shelf].idle[0]
            shelves[shelf].idle.removeFirst(1)
            idleCount -= 1
            return Handle(bits: coldest)
        }
        return nil
    }

    /// Keeps `handle` for the next request.
    mutating func give(_ handle: Handle<UpstreamConnection>, _ key: PoolKey) {
        idleCount &+= 1
        let shelf = shelf(of: key) ?? makeShelf(for: key)
        shelves[shelf].idle.append(handle.bits)
    }

    /// Forgets `handle`, which has closed.
    mutating func forget(_ handle: Handle<UpstreamConnection>, _ key: PoolKey) {
        guard let shelf = shelf(of: key), shelves[shelf].idle.remove(handle.bits) else { return }
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
        for shelf in places {
            var count = 0
            while count < shelves[shelf].idle.count {
                let handle = Handle<UpstreamConnection>(bits: shelves[shelf].idle[count])
                guard isTooOld(handle) else { break }
                evicted.append(handle)
                count += 1
            }
            shelves[shelf].idle.removeFirst(count)
        }
        if !evicted.isEmpty { removeEmptyShelves() }
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

    @inline(__always)
    private mutating func shelf(of key: PoolKey) -> Handle<Shelf>? {
        if shelves.contains(last), shelves[last].key == key { return last }
        return find(key)
    }

    @inline(never)
    private mutating func find(_ key: PoolKey) -> Handle<Shelf>? {
        for shelf in places where shelves[shelf].key == key {
            last = shelf
            return shelf
        }
        return nil
    }

    /// A place for an endpoint that has none; every full one holds a connection, so one is free.
    private mutating func makeShelf(for key: PoolKey) -> Handle<Shelf> {
        if shelves.count == shelves.capacity { removeEmptyShelves() }
        guard case .inserted(let shelf) = shelves.insert(Shelf(key: key)) else {
            preconditionFailure("more endpoints have connections than there are connections")
        }
        places.append(shelf)
        last = shelf
        return shelf
    }

    private mutating func removeEmptyShelves() {
        var kept: [Handle<Shelf>] = []
        for shelf in places {
            if shelves[shelf].idle.isEmpty {
                _ = shelves.remove(shelf)
            } else {
                kept.append(shelf)
            }
        }
        places = kept
    }
}
