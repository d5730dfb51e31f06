package import Base
package import Wire

/// Durations of requests, one histogram for each method and status that has occurred.
///
/// Ten methods and 50 status labels make 500 possible series of which a service shows
/// about five. So each is made the first time it is observed, published by one compare and
/// exchange, and from then on found by index: no lock, and nothing allocated after the first.
package final class RequestHistograms: Sendable {
    private static let methodsMax = 10
    private let cells = InlineArray<512, LazyReference<Histogram>> { _ in LazyReference() }
    private let places = StatusLabel.places

    package init() {}

    /// Counts one request; a status of 0 stands for no answer at all.
    package func record(_ span: Nanoseconds, method: Method, status: Int) {
        let label = StatusLabel.index(of: status, in: places)
        let index = label * Self.methodsMax + Int(method.rawValue)
        cells[index].withObject(orMake: Histogram(.requests)) { $0.record(span) }
    }

    /// How many requests there were, and how many of them ended with 500 or above, or unanswered.
    package var totals: (requests: UInt64, errors: UInt64) {
        all.reduce((0, 0)) { sum, cell in
            let count = cell.histogram.count
            let isError = !["1", "2", "3", "4"].contains(cell.status.prefix(1))
            return (sum.0 + count, isError ? sum.1 + count : sum.1)
        }
    }

    /// Every histogram that exists, with the values of its two labels.
    package var all: [(method: StaticString, status: String, histogram: Histogram)] {
        (0..<StatusLabel.count).flatMap { status in
            Method.allCases.compactMap { method in
                let index = status * Self.methodsMax + Int(method.rawValue)
                guard let histogram = cells[index].object else { return nil }
                return (method.label, StatusLabel.text(at: status), histogram)
            }
        }
    }
}
