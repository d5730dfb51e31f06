/// The messages that cases read and write.
enum Heads {
    /// What wrk sends: nothing but what must be there.
    static let small = bytes("GET / HTTP/1.1", ["Host: 127.0.0.1:4000"])

    /// What an SDK sends, about 700 bytes.
    static let sdk = bytes(
        "POST /v1/chat/completions HTTP/1.1",
        [
            "Host: models.internal.example:4000", "Accept: application/json",
            "Accept-Encoding: gzip, deflate, br, zstd", "Connection: keep-alive",
            "User-Agent: OpenAI/Python 1.52.0", "Content-Length: 1024",
            "Content-Type: application/json",
            "Authorization: Bearer sk-0123456789abcdef0123456789abcdef0123456789abcdef",
            "X-Stainless-Lang: python", "X-Stainless-Package-Version: 1.52.0",
            "X-Stainless-OS: Linux", "X-Stainless-Arch: x64",
            "X-Stainless-Runtime: CPython", "X-Stainless-Runtime-Version: 3.11.9",
            "X-Stainless-Retry-Count: 0", "X-Request-ID: 7f3c5a1e9b2d4c6f8a0b1c2d3e4f5a6b",
            traceparent,
        ]
    )

    static let traceparent =
        "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    /// What the model server of these measurements answers.
    static let answer = bytes(
        "HTTP/1.1 200 OK",
        ["Content-Type: application/json", "Content-Length: 16", "Server: model"]
    )

    private static func bytes(_ first: String, _ fields: [String]) -> [UInt8] {
        Array((([first] + fields).joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }
}
