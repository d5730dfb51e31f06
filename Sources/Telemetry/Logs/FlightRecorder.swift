package import Base
import Synchronization

/// The last requests with their timelines, for `/requests` and for SIGUSR1.
///
/// Workers append when a request ends, the admin port reads. One lock guards the ring; it is
/// held for one copy of a record and never while text is written, so a reader delays no worker.
package final class FlightRecorder: Sendable {
    private struct Recent {
        var records: [RequestRecord] = []
        /// Where the next one goes once the ring is full: the place of the oldest.
        var oldest = 0
        /// How many requests were ever recorded; the newest has the number below it.
        var total = 0
    }

    private let capacity: Int
    private let recent = Mutex(Recent())

    /// Keeps the last `capacity` requests; memory is taken as they come, then reused.
    package init(capacity: Int = 1_000) {
        precondition(capacity > 0)
        self.capacity = capacity
        recent.withLock { $0.records.reserveCapacity(capacity) }
    }

    /// Keeps a copy of `record`, in the place of the oldest one when the ring is full.
    ///
    /// It is lent to be read where it lies: handed over by value, it would be copied once more.
    package func append(_ record: inout RequestRecord) {
        recent.withLock { recent in
            recent.total &+= 1
            guard recent.records.count == capacity else {
                recent.records.append(record)
                return
            }
            Self.copy(&record, to: recent.oldest, of: &recent.records)
            recent.oldest &+= 1
            if recent.oldest == capacity { recent.oldest = 0 }
        }
    }

    /// One copy, where an assignment would make two.
    private static func copy(
        _ record: inout RequestRecord,
        to index: Int,
        of records: inout [RequestRecord]
    ) {
        withUnsafePointer(to: &record) { source in
            records.withUnsafeMutableBufferPointer { memory in
                let one = UnsafeBufferPointer(start: source, count: 1)
                _ = memory[index...].update(fromContentsOf: one)
            }
        }
    }

    /// How many requests are kept.
    package var count: Int { recent.withLock { $0.records.count } }

    /// Appends a JSON object whose `requests` are those kept, the newest first, without timelines.
    package func appendListing(_ names: ServiceNames, to output: inout ByteBuffer) {
        output.append("{\"requests\":[")
        let newest = recent.withLock { $0.total }
        var separator: StaticString = "{"
        for number in stride(from: newest - 1, through: max(0, newest - capacity), by: -1) {
            guard let record = record(number) else { break }
            output.append(separator)
            RecordFields(record, names).append(to: &output)
            output.append("}")
            separator = ",\n{"
        }
        output.append("]}\n")
    }

    /// Appends the newest request whose identifier is `id`, with its timeline; `false` if none is.
    package func append(
        id: Span<UInt8>,
        _ names: ServiceNames,
        to output: inout ByteBuffer
    ) -> Bool {
        guard let record = newest(id: id) else { return false }
        output.append("{")
        RecordFields(record, names).append(to: &output)
        output.append(",\"timeline\":[")
        TimelineText.append(record.timeline, to: &output)
        output.append("]}\n")
        return true
    }

    /// The record with that number, or `nil` once it has been overwritten.
    private func record(_ number: Int) -> RequestRecord? {
        recent.withLock { recent in
            guard number < recent.total, number >= recent.total - recent.records.count else {
                return nil
            }
            return recent.records[number % capacity]
        }
    }

    private func newest(id: Span<UInt8>) -> RequestRecord? {
        let wanted = id.array(0..<id.count)
        return recent.withLock { recent in
            let oldest = recent.total - recent.records.count
            for number in stride(from: recent.total - 1, through: oldest, by: -1)
            where recent.records[number % capacity].requestID.equals(wanted.span) {
                return recent.records[number % capacity]
            }
            return nil
        }
    }
}
