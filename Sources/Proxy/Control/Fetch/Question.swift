import Base

/// One request of our own, to a model's health page or to those who know credentials.
struct Question: Sendable, Hashable {
    var method: Method = .get
    /// Path and query; `*` asks the server itself.
    var target: String
    /// What stands in `Host`.
    var host: String
    /// Whole lines that stand in the head besides ours.
    var fields: [UInt8] = []
    /// A form; `nil` for none.
    var form: [UInt8]?
    var wantsBody = true
    /// Bytes of the answer's body that are looked at.
    var bodyBytes = 65_536

    enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case options = "OPTIONS"
    }

    init(_ method: Method, _ target: String, host: String) {
        self.method = method
        self.target = target
        self.host = host
    }

    /// Writes the request as it is sent; the server closes behind its answer.
    func append(to output: inout ByteBuffer) {
        output.append("\(method.rawValue) \(target) HTTP/1.1\r\nhost: \(host)\r\n")
        output.append("user-agent: outrider\r\naccept: */*\r\n" as StaticString)
        output.append(fields)
        if let form {
            output.append("content-type: application/x-www-form-urlencoded\r\n" as StaticString)
            output.append("content-length: \(form.count)\r\n")
        }
        output.append("connection: close\r\n\r\n" as StaticString)
        if let form { output.append(form) }
    }
}
