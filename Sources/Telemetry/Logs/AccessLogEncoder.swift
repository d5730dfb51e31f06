package import Base

/// Writes one JSON line for each request that has ended.
package struct AccessLogEncoder: Sendable {
    private let names: ServiceNames

    package init(_ names: ServiceNames) {
        self.names = names
    }

    /// Appends one line with its line feed; nothing in a record can break out of it.
    package func append(_ record: borrowing RequestRecord, to output: inout ByteBuffer) {
        output.append("{")
        RecordFields(copy record, names).append(to: &output)
        output.append("}\n")
    }
}
