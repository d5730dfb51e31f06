/// What one metric of the product is: its name, its kind, and what it tells.
package struct Metric: Sendable {
    /// How the values of a metric behave.
    package enum Kind: Sendable {
        case counter
        case gauge
        case histogram
    }

    /// What the values of a metric count.
    package enum Unit: Sendable {
        case one
        case bytes
        /// Cells hold nanoseconds; the text shows seconds.
        case seconds
    }

    package let name: StaticString
    package let kind: Kind
    package let unit: Unit
    /// One sentence without quotes or backslashes.
    package let help: StaticString
    /// Every label of each series, those of the owner first, those of the cell last.
    package let labels: [StaticString]

    package init(
        _ name: StaticString,
        _ kind: Kind,
        unit: Unit = .one,
        labels: [StaticString] = [],
        help: StaticString
    ) {
        self.name = name
        self.kind = kind
        self.unit = unit
        self.labels = labels
        self.help = help
    }
}

extension Metric: Equatable {
    package static func == (lhs: Metric, rhs: Metric) -> Bool {
        // By their bytes: as texts, names would be a tenth of a start.
        lhs.name.withUTF8Buffer { name in rhs.name.withUTF8Buffer { name.elementsEqual($0) } }
    }
}
