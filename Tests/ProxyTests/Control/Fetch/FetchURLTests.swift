import Reactor
import Testing

@testable import Proxy

@Suite struct FetchURLTests {
    @Test func `a URL is taken apart`() throws {
        let url = try #require(FetchURL("http://id.example:8443/keys/set?v=2&x"))

        #expect(url.host == "id.example")
        #expect(url.port == 8_443)
        #expect(url.target == "/keys/set?v=2&x")
        #expect(url.authority == "id.example:8443")
        #expect(url.address == nil)
    }

    @Test func `port and path go without saying`() throws {
        let url = try #require(FetchURL("http://id.example"))
        let question = try #require(FetchURL("http://id.example?a"))

        #expect(url.port == 80)
        #expect(url.target == "/")
        #expect(url.authority == "id.example")
        #expect(question.target == "/?a")
    }

    @Test func `an address needs nobody to be asked`() throws {
        let four = try #require(FetchURL("http://127.0.0.1:81/"))
        let six = try #require(FetchURL("http://[::1]/x"))

        #expect(four.address == .ipv4(0x7f00_0001, port: 81))
        #expect(six.address == .ipv6(1, port: 80))
        #expect(six.host == "::1")
        #expect(six.authority == "[::1]")
        #expect(FetchURL("http://[::1]:82")?.authority == "[::1]:82")
    }

    @Test func `over TLS the usual port is 443`() throws {
        let url = try #require(FetchURL("https://id.example/keys"))
        let other = try #require(FetchURL("HTTPS://id.example:80/keys"))

        #expect(url.isSecure && url.port == 443 && url.authority == "id.example")
        #expect(other.isSecure && other.authority == "id.example:80")
    }

    @Test(arguments: [
        "", "http://", "https://", "ftp://id.example/", "id.example/keys",
        "http:///keys", "http://user@id.example/", "http://user:secret@id.example/",
        "http://id.example:/", "http://id.example:0/", "http://id.example:65536/",
        "http://id.example:8o/", "http://::1/", "http://[::1/", "http://[id.example]/",
        "http://id.example/a b", "http://id.example/a\r\nx: y", "http://id.example/#part",
        "http://id.example#part", "http://dns:id.example:80/", "http://1.2.3/", "http://ïd/",
        "http://id.example/" + String(repeating: "x", count: 2_048),
    ])
    func `what is no such URL is refused`(_ text: String) {
        #expect(FetchURL(text) == nil)
    }
}
