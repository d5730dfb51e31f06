import Base
import Wire

/// A second, naive reader of heads, to compare the parsers with.
enum HeadLines {
    /// Nothing but whole lines came in, and each of them is a line to every reader.
    static func check(
        _ fields: Fields,
        _ bytes: [UInt8],
        _ consumed: Int
    ) throws(Broken) {
        try require(consumed <= bytes.count, "took more than there is")
        let head = fields.bytes
        try require(Array(bytes[..<consumed].suffix(head.count)) == head, "other bytes than came")
        try require(consumed - head.count <= 2, "more than one empty line before the head")
        try require(head.suffix(4) == [13, 10, 13, 10], "the head has another end")
        var lines = 0
        for (index, byte) in head.enumerated() {
            if byte == 10 {
                lines += 1
                try require(index > 0 && head[index - 1] == 13, "a bare LF at \(index)")
            } else if byte == 13 {
                try require(head[index + 1] == 10, "a bare CR at \(index)")
            } else {
                try require(byte >= 32 && byte != 127 || byte == 9, "a control byte at \(index)")
            }
        }
        try require(lines == fields.lines.count + 2, "\(lines) lines, \(fields.lines.count) fields")
        for line in fields.lines {
            let text = head[line.lineRange]
            try require(text.suffix(2) == [13, 10], "a line without its end")
            let hasColon = head[line.nameRange.upperBound] == UInt8(ascii: ":")
            let isName = head[line.nameRange].allSatisfy(ASCII.isToken)
            try require(!line.nameRange.isEmpty && isName && hasColon, "a malformed name")
        }
    }

    /// The values of `name`, found without the parser's help.
    static func values(of name: String, _ fields: Fields) -> [String] {
        let text = fields.bytes.map { String(Unicode.Scalar($0)) }
        var values: [String] = []
        for line in text.split(separator: "\n").dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, parts[0].joined().lowercased() == name else { continue }
            let value = parts[1].drop { $0 == " " || $0 == "\t" }
            let end = value.reversed().prefix { $0 == " " || $0 == "\t" || $0 == "\r" }.count
            values.append(value.dropLast(end).joined())
        }
        return values
    }

    static func areSame(_ one: Fields, _ two: Fields) -> Bool {
        one.bytes == two.bytes
            && one.lines.elementsEqual(two.lines) { one, two in
                one.name == two.name && one.nameRange == two.nameRange
                    && one.valueRange == two.valueRange && one.lineRange == two.lineRange
                    && one.isDropped == two.isDropped
            }
    }
}

/// What heads are made of.
enum HeadWords {
    static let all = [
        "GET ", "HEAD ", "POST ", "OPTIONS * ", "CONNECT a:1 ", " HTTP/1.1\r\n", " HTTP/1.0\r\n",
        "HTTP/1.1 200 OK\r\n", "HTTP/1.1 101 \r\n", "HTTP/1.1 204 \r\n", "HTTP/1.1 304 \r\n",
        "\r\n", "\r\n\r\n", "Host: a\r\n", "Host: [::1]:80\r\n", "Content-Length: 0\r\n",
        "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: gzip\r\n",
        "Connection: close\r\n", "Connection: keep-alive\r\n", "Connection: upgrade\r\n",
        "Upgrade: websocket\r\n", "Expect: 100-continue\r\n", "TE: trailers\r\n", "http://a",
        "https://a:1/b?c", "x-outrider-a: 1\r\n", "Content-Type: text/event-stream\r\n", "%20",
        "connection, host, x-a", "x-a: b\r\n",
    ]

    static let requests = [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /v1/chat/completions?x=1 HTTP/1.1\r\nHost: a:80\r\nContent-Length: 5\r\n\r\nhello",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTE: trailers\r\n"
            + "Expect: 100-continue\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "GET http://b.c?d HTTP/1.1\r\nHost: a\r\nConnection: close, x-a\r\nx-a: 1\r\n\r\n",
        "GET /w HTTP/1.1\r\nHost: [::1]\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        "POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\na",
        "GET / HTTP/1.0\r\nExpect: b\r\n\r\n",
        "GET / HTTP/1.0\r\nConnection: keep-alive\r\nx: \"y\"\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost:\r\n\r\n", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n",
        "\r\nPRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ]

    static let responses = [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\nContent-Type: text/event-stream\r\n\r\n",
        "HTTP/1.0 404 Not Found\r\nConnection: keep-alive\r\n\r\nbody",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
        "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n",
    ]
}
