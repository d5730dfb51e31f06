import Base
import Testing

@testable import Proxy

@Suite struct AdminAnswerTests {
    private func text(_ answer: consuming AdminAnswer, isHead: Bool = false) -> String {
        var output = ByteBuffer()
        answer.append(isHead: isHead, isClosing: true, date: Array("now".utf8), to: &output)
        return output.text()
    }

    @Test func `an answer has its length and is never stored`() {
        let text = text(.text(200, "ok"))

        #expect(text.hasPrefix("HTTP/1.1 200 OK\r\ndate: now\r\nserver: outrider\r\n"))
        #expect(text.contains("\r\ncache-control: no-store\r\n"))
        #expect(text.hasSuffix("\r\ncontent-length: 3\r\nconnection: close\r\n\r\nok\n"))
    }

    @Test func `an answer to HEAD has no body but its length`() {
        let text = text(.text(200, "ok"), isHead: true)

        #expect(text.hasSuffix("\r\ncontent-length: 3\r\nconnection: close\r\n\r\n"))
    }

    @Test func `an error has the shape of all errors`() {
        let text = text(.error(404, code: "not_found", "No \"such\" page."))

        #expect(
            text.hasSuffix(
                #"{"error":{"message":"No \"such\" page.","type":"not_found_error","#
                    + #""code":"not_found","param":null,"request_id":null,"trace_id":null}}"#
                    + "\n"
            )
        )
    }

    @Test func `a method that is not allowed is told which are`() {
        var answer = AdminAnswer(405)
        answer.allow = "POST"
        let text = text(answer)

        #expect(text.contains("\r\nallow: POST\r\n"))
    }
}
