import Base
import Config
import Reactor

/// Follows what the names of endpoints stand for: asks again whenever DNS vouches no longer.
///
/// A name that cannot be looked up keeps the addresses it had. Each host is asked about once,
/// whatever its ports, and only once at a time.
struct NameWatch: ~Copyable {
    private struct Host {
        /// The names that are this host's, each with its own port.
        var names: [Address]
        var dueAt: Instant
        /// Who asks, while the answer is awaited.
        var asker: UInt64?
        var isFailing = false
    }

    /// Between two lookups of a host at least, and at most.
    static let shortest = Nanoseconds.seconds(1)
    static let longest = Nanoseconds.seconds(60)
    /// For names of which nobody says how long they are good, as in a hosts file.
    static let usual = Nanoseconds.seconds(5)

    /// What the names stand for, as last heard.
    private(set) var names = ResolvedNames()
    private var hosts: [String: Host] = [:]
    private var asked: UInt64 = 0

    /// Follows the endpoints of the configuration in force; new names are asked about at once.
    mutating func adopt(_ endpoints: [Address], _ reactor: inout ControlReactor) {
        var wanted: [String: [Address]] = [:]
        for endpoint in Set(endpoints) {
            if case .dns(let host, _) = endpoint { wanted[host, default: []].append(endpoint) }
        }
        names.keepOnly(Set(wanted.values.joined()))
        for host in Array(hosts.keys) where wanted[host] == nil { hosts[host] = nil }
        for (host, names) in wanted {
            if let known = hosts[host] {
                // A port that is new has no addresses yet.
                if Set(known.names) != Set(names) { hosts[host]?.dueAt = reactor.now }
                hosts[host]?.names = names
            } else {
                hosts[host] = Host(names: names, dueAt: reactor.now)
            }
        }
        refresh(&reactor)
    }

    /// Asks about the hosts whose time has come.
    mutating func refresh(_ reactor: inout ControlReactor) {
        for (host, state) in hosts where state.asker == nil && state.dueAt <= reactor.now {
            asked += 1
            let asker = asked << 32 | ControlReactor.word(ControlReactor.Kind.nameWatch)
            hosts[host]?.asker = asker
            reactor.names.ask(host, port: 0, asksLifetime: true, asker: asker)
        }
    }

    /// A host has been looked up; says whether its names stand for other addresses now.
    mutating func resolved(_ answer: NameDesk.Answer, now: Instant) -> Bool {
        guard let host = hosts.first(where: { $0.value.asker == answer.asker })?.key,
            let state = hosts[host]
        else { return false }
        hosts[host]?.asker = nil
        switch answer.result {
        case .failure(let failure):
            // Requests wait for one that was never found.
            let isMissing = names.isMissing(in: state.names)
            hosts[host]?.dueAt = now.advanced(by: isMissing ? Self.shortest : Self.usual)
            tell(host, "\(failure)")
            return false
        case .success(let found):
            let lifetime = found.lifetime ?? Self.usual
            let pause = min(max(lifetime, Self.shortest), Self.longest)
            // A name that came meanwhile is answered as well.
            hosts[host]?.dueAt = now.advanced(by: pause)
            tell(host, nil)
            return keep(found.addresses, state.names)
        }
    }

    private mutating func keep(_ addresses: [SocketAddress], _ owners: [Address]) -> Bool {
        var isNew = false
        for name in owners {
            guard let port = name.port else { continue }
            let places = addresses.compactMap { Address($0, port: port) }
            isNew = names.set(name, places) || isNew
        }
        return isNew
    }

    /// Complains once when a host begins to fail, and says when that has ended.
    private mutating func tell(_ host: String, _ problem: String?) {
        guard let isFailing = hosts[host]?.isFailing, isFailing != (problem != nil) else { return }
        hosts[host]?.isFailing = !isFailing
        Complaint.write(
            problem.map { "\(host) cannot be looked up: \($0)" } ?? "\(host) is looked up again"
        )
    }
}

extension Address {
    /// The numeric form of an address that was looked up, with another port.
    fileprivate init?(_ address: SocketAddress, port: UInt16) {
        guard !address.isUnix else { return nil }
        var text = ByteBuffer()
        address.append(textTo: &text)
        self = .host(text.text(), port: port)
    }
}
