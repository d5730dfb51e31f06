package import Base

/// Numbers that carry their unit, such as `250ms` and `64KiB`.
struct Quantity: Sendable {
    /// A unit's spelling and how many of the smallest unit it is.
    struct Unit: Sendable {
        let name: String
        let scale: UInt64
        /// Whether values are shown in it; `600s` reads better than `10m`.
        var isShown = true
    }

    /// Smallest first.
    let units: [Unit]
    let zero: String

    static let time = Quantity(
        units: [
            Unit(name: "ns", scale: 1),
            Unit(name: "us", scale: 1_000),
            Unit(name: "ms", scale: 1_000_000),
            Unit(name: "s", scale: 1_000_000_000),
            Unit(name: "m", scale: 60_000_000_000, isShown: false),
            Unit(name: "h", scale: 3_600_000_000_000),
        ],
        zero: "0s"
    )
    static let size = Quantity(
        units: [
            Unit(name: "B", scale: 1),
            Unit(name: "KiB", scale: 1 << 10),
            Unit(name: "MiB", scale: 1 << 20),
            Unit(name: "GiB", scale: 1 << 30),
        ],
        zero: "0B"
    )

    /// The value of `text`, a decimal number with a unit right behind it, or `nil`.
    ///
    /// A fraction is cut to whole smallest units; what 64 bits cannot hold is `nil`.
    func parse(_ text: String) -> UInt64? {
        let number = text.prefix { "0"..."9" ~= $0 || $0 == "." }
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        guard let unit = units.first(where: { $0.name == text.dropFirst(number.count) }),
            (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }),
            let whole = UInt64(parts[0])
        else { return nil }
        var value = UInt128(whole) * UInt128(unit.scale)
        if parts.count == 2 {
            guard parts[1].count <= 9, let digits = UInt128(parts[1]) else { return nil }
            let scale = parts[1].reduce(1 as UInt128) { scale, _ in scale * 10 }
            value += digits * UInt128(unit.scale) / scale
        }
        return UInt64(exactly: value)
    }

    /// The shortest exact spelling of `value`.
    func show(_ value: UInt64) -> String {
        guard value > 0, let unit = units.last(where: { $0.isShown && value % $0.scale == 0 })
        else { return zero }
        return "\(value / unit.scale)\(unit.name)"
    }

    /// Both ends of `bounds`.
    fileprivate func show(_ bounds: ClosedRange<UInt64>) -> String {
        "\(show(bounds.lowerBound)) to \(show(bounds.upperBound))"
    }

    /// The names of all units, as a pattern has them.
    fileprivate var names: String { units.map(\.name).joined(separator: "|") }
}

extension Nanoseconds {
    /// Reads a span written with its unit, such as `250ms`; `nil` for anything else.
    package init?(_ text: String) {
        guard let count = Quantity.time.parse(text) else { return nil }
        self.init(count)
    }
}

extension ConfigType<Nanoseconds> {
    /// A span of time within `bounds`, written with its unit.
    static func duration(
        _ bounds: ClosedRange<Nanoseconds> = .milliseconds(1)...(.seconds(86_400))
    ) -> ConfigType {
        ConfigType<UInt64>.quantity(
            "duration",
            in: .time,
            bounds: bounds.lowerBound.count...bounds.upperBound.count,
            example: "\"250ms\" or \"5s\""
        ).mapped({ Nanoseconds($0) }, show: { .text(Quantity.time.show($0.count)) })
    }
}

extension ConfigType<ByteCount> {
    /// A number of bytes within `bounds`, written with its unit.
    static func size(_ bounds: ClosedRange<ByteCount>) -> ConfigType {
        ConfigType<UInt64>.quantity(
            "size",
            in: .size,
            bounds: UInt64(bounds.lowerBound.bytes)...UInt64(bounds.upperBound.bytes),
            example: "\"64KiB\" or \"1MiB\""
        ).mapped(
            { ByteCount(Int(clamping: $0)) },
            show: { .text(Quantity.size.show(UInt64($0.bytes))) }
        )
    }
}

extension ConfigType<UInt64> {
    fileprivate static func quantity(
        _ name: String,
        in quantity: Quantity,
        bounds: ClosedRange<UInt64>,
        example: String
    ) -> ConfigType {
        ConfigType(
            name: name,
            bound: quantity.show(bounds),
            schema: [
                .init("type", .text("string")),
                .init("pattern", .text("^[0-9]+(\\.[0-9]+)?(\(quantity.names))$")),
            ],
            decode: { node, decoder in
                guard case .text(let text) = node.value else {
                    decoder.reportKind(node, wanted: "a \(name) in quotes such as \(example)")
                    return nil
                }
                guard let value = quantity.parse(text) else {
                    decoder.report(node, "\"\(text)\" is not a \(name), write \(example)")
                    return nil
                }
                guard bounds.contains(value) else {
                    decoder.report(node, "must be from \(quantity.show(bounds)), not \(text)")
                    return nil
                }
                return value
            },
            show: { .text(quantity.show($0)) }
        )
    }
}

extension ConfigType {
    /// The same writing for another type of value.
    func mapped<Other>(
        _ transform: @escaping @Sendable (Value) -> Other,
        show: @escaping @Sendable (Other) -> JSONTree
    ) -> ConfigType<Other> {
        ConfigType<Other>(
            name: name,
            bound: bound,
            schema: schema,
            parts: parts,
            decode: { node, decoder in decode(node, &decoder).map(transform) },
            show: show
        )
    }
}
