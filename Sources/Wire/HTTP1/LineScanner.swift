import Base

/// Finds the lines of a head: ended by CRLF, with no other control byte but tab in them.
///
/// A bare CR, a bare LF and NUL are told here once, for every kind of line (RFC 9112 §2.2, RFC
/// 9110 §5.5).
enum LineScanner {
    enum End {
        /// The line ends before the CR at this index; the LF follows it.
        case carriageReturn(Int)
        case notYet
        /// A control byte that no further byte can excuse, told once this many bytes are there.
        case broken(seen: Int)
    }

    @inline(__always)
    static func end(of input: Span<UInt8>, from start: Int) -> End {
        guard let index = input.firstControl(from: start) else { return .notYet }
        return end(of: input, at: index)
    }

    /// What the first control byte, which stands at `index`, makes of the line.
    @inline(__always)
    static func end(of input: Span<UInt8>, at index: Int) -> End {
        guard input[index] == 13 else { return .broken(seen: index + 1) }
        if index + 1 == input.count { return .notYet }
        return input[index + 1] == 10 ? .carriageReturn(index) : .broken(seen: index + 2)
    }

    /// How a head that was incomplete stands now that more bytes came.
    enum Progress {
        /// No line condemned it; the count is that of all lines so far, if one was finished.
        case incomplete(lines: Int?)
        /// The empty line has come, or something a parse from the start will refuse.
        case worthParsing
    }

    /// Looks at what came since the last call only, so that the work stays linear.
    ///
    /// `scanned` is moved to the first byte not looked at. `isRefused` judges one finished line.
    static func advance(
        _ input: Span<UInt8>,
        _ scanned: inout Int,
        isRefused: (Span<UInt8>, Range<Int>) -> Bool
    ) -> Progress {
        var hasFinishedLine = false
        while true {
            switch end(of: input, from: scanned) {
            case .broken: return .worthParsing
            case .notYet:
                scanned = firstUnseen(input)
                return .incomplete(lines: hasFinishedLine ? lines(input) : nil)
            case .carriageReturn(let index):
                var start = index
                while start > 0, input[start - 1] != 10 { start -= 1 }
                scanned = index + 2
                hasFinishedLine = true
                // Only the line that may stand before a request line is empty and not the last.
                if start == index, start > 0 { return .worthParsing }
                if start < index, isRefused(input, start..<index) { return .worthParsing }
            }
        }
    }

    /// How many lines were finished.
    ///
    /// Walks all of the input, but once a line at most, and a head has a bounded number of them.
    private static func lines(_ input: Span<UInt8>) -> Int {
        var count = 0
        var start = 0
        while let index = input.firstIndex(of: 10, from: start) {
            count += 1
            start = index + 1
        }
        return count
    }

    /// Everything, except a CR at the end whose LF may still come.
    static func firstUnseen(_ input: Span<UInt8>) -> Int {
        input.count > 0 && input[input.count - 1] == 13 ? input.count - 1 : input.count
    }
}
