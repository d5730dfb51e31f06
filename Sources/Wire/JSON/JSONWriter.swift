package import Base

/// Writes one JSON value into a buffer (RFC 8259), commas and escapes included.
///
/// The writer knows whether a comma is due; whether keys and values alternate is the caller's
/// matter. At most 64 levels deep.
package struct JSONWriter: Sendable {
    /// One bit for each open level, the innermost lowest: whether it has a member already.
    private var hasMembers: UInt64 = 0
    private var depth = 0
    private var isAfterKey = false

    package init() {}

    /// Opens an object.
    package mutating func beginObject(_ output: inout ByteBuffer) {
        begin(UInt8(ascii: "{"), &output)
    }

    /// Closes the innermost object.
    package mutating func endObject(_ output: inout ByteBuffer) {
        end(UInt8(ascii: "}"), &output)
    }

    /// Opens an array.
    package mutating func beginArray(_ output: inout ByteBuffer) {
        begin(UInt8(ascii: "["), &output)
    }

    /// Closes the innermost array.
    package mutating func endArray(_ output: inout ByteBuffer) {
        end(UInt8(ascii: "]"), &output)
    }

    /// Writes a member's name; its value must follow.
    package mutating func key(_ name: StaticString, _ output: inout ByteBuffer) {
        separate(&output)
        Self.appendEscaped(name, to: &output)
        output.append(UInt8(ascii: ":"))
        isAfterKey = true
    }

    /// Writes a member's name that is known only at run time.
    package mutating func key(_ name: String, _ output: inout ByteBuffer) {
        separate(&output)
        Self.appendEscaped(name, to: &output)
        output.append(UInt8(ascii: ":"))
        isAfterKey = true
    }

    /// Writes text known when the program is compiled.
    package mutating func string(_ text: StaticString, _ output: inout ByteBuffer) {
        separate(&output)
        Self.appendEscaped(text, to: &output)
    }

    /// Writes text.
    package mutating func string(_ text: String, _ output: inout ByteBuffer) {
        separate(&output)
        Self.appendEscaped(text, to: &output)
    }

    /// Writes bytes that should be UTF-8; those that are not become U+FFFD.
    package mutating func string(_ bytes: Span<UInt8>, _ output: inout ByteBuffer) {
        separate(&output)
        JSONText.append(bytes, to: &output)
    }

    /// Writes an integer.
    package mutating func number(_ number: Int, _ output: inout ByteBuffer) {
        separate(&output)
        output.append(decimal: number)
    }

    /// Writes an integer that is not negative.
    package mutating func number(_ number: UInt64, _ output: inout ByteBuffer) {
        separate(&output)
        output.append(decimal: number)
    }

    /// Writes a fraction; what JSON cannot say, such as infinity, becomes null.
    package mutating func number(_ number: Double, _ output: inout ByteBuffer) {
        separate(&output)
        output.append(number.isFinite ? "\(number)" : "null")
    }

    /// Writes a span of time in seconds with six decimals.
    package mutating func seconds(_ span: Nanoseconds, _ output: inout ByteBuffer) {
        separate(&output)
        output.append(seconds: span)
    }

    /// Writes true or false.
    package mutating func bool(_ value: Bool, _ output: inout ByteBuffer) {
        separate(&output)
        output.append(value ? "true" as StaticString : "false")
    }

    /// Writes null.
    package mutating func null(_ output: inout ByteBuffer) {
        separate(&output)
        output.append("null" as StaticString)
    }

    /// Writes the comma that is due; for values that the caller writes itself.
    package mutating func separate(_ output: inout ByteBuffer) {
        if isAfterKey {
            isAfterKey = false
        } else if depth > 0 {
            if hasMembers & 1 == 1 { output.append(UInt8(ascii: ",")) }
            hasMembers |= 1
        }
    }

    private mutating func begin(_ bracket: UInt8, _ output: inout ByteBuffer) {
        precondition(depth < 64, "nested too deeply")
        separate(&output)
        output.append(bracket)
        depth += 1
        hasMembers <<= 1
    }

    private mutating func end(_ bracket: UInt8, _ output: inout ByteBuffer) {
        precondition(depth > 0, "nothing is open")
        output.append(bracket)
        depth -= 1
        hasMembers >>= 1
        isAfterKey = false
    }

    private static func appendEscaped(_ text: StaticString, to output: inout ByteBuffer) {
        text.withUTF8Buffer { JSONText.append($0.span, to: &output) }
    }

    private static func appendEscaped(_ text: String, to output: inout ByteBuffer) {
        var text = text
        text.withUTF8 { JSONText.append($0.span, to: &output) }
    }
}
