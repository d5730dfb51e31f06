import Base

/// What is wrong with a JSON5 text, and where.
package struct JSON5Problem: Error, Sendable, Hashable {
    package enum Cause: Sendable, Hashable {
        case tooLarge
        case invalidUTF8
        case tooDeep
        case empty
        case unexpectedEnd
        case unexpected(String, wanted: String)
        case unterminatedString
        case unterminatedComment
        case unterminatedObject
        case unterminatedList
        case malformedNumber
        case malformedEscape
        case loneSurrogate
        case duplicateKey(first: TextPosition)
        case textAfterEnd
    }

    package var position: TextPosition
    /// Dotted path of the value being read; empty at the top.
    package var keyPath: String
    package var cause: Cause

    /// What is wrong, as a clause for people.
    package var message: String {
        switch cause {
        case .tooLarge: "the file is larger than \(JSON5Reader.Limits.size.bytes) bytes"
        case .invalidUTF8: "this is not valid UTF-8"
        case .tooDeep: "nested deeper than \(JSON5Reader.Limits.depth) levels"
        case .empty: "the file is empty, write {} to take every default"
        case .unexpectedEnd: "the file ends where a value should stand"
        case .unexpected(let found, let wanted): "unexpected \(found), wanted \(wanted)"
        case .unterminatedString: "the string that begins here is not closed on its line"
        case .unterminatedComment: "the comment that begins here is never closed"
        case .unterminatedObject: "the object that begins here is never closed"
        case .unterminatedList: "the list that begins here is never closed"
        case .malformedNumber: "this is not a number"
        case .malformedEscape: "this is not an escape sequence"
        case .loneSurrogate: "this escape is half of a surrogate pair"
        case .duplicateKey(let first):
            "the key was already given in line \(first.line), column \(first.column)"
        case .textAfterEnd: "something follows the end of the configuration"
        }
    }
}
