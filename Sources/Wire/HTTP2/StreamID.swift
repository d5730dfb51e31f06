/// Names a stream of one HTTP/2 connection (RFC 9113 §5.1.1): 31 bits, never 0.
///
/// Odd numbers are the client's; there are no others here, since nobody may push.
package struct StreamID: Sendable, Hashable {
    package let number: UInt32

    package init(_ number: UInt32) {
        self.number = number
    }
}
