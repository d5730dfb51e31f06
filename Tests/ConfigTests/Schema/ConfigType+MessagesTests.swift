import Testing

@testable import Config

@Suite struct ConfigTypeMessagesTests {
    @Test(arguments: [
        "http://idp", "http://idp:8080/keys?x=1", "http://127.0.0.1:9", "http://[::1]:80/",
    ])
    func `a URL that can be fetched is taken`(_ url: String) throws {
        #expect(decode(url, as: .fetchedURL) == url)
    }

    @Test(arguments: ["https://", "idp", "http://", "http://a b/", "ftp://a", "http://a/#b"])
    func `any other URL is refused`(_ url: String) {
        #expect(decode(url, as: .fetchedURL) == nil)
    }

    @Test func `header names are kept in lower case`() {
        #expect(decode("X-Model", as: .headerName) == "x-model")
        #expect(decode("a b", as: .headerName) == nil)
    }

    @Test func `methods are in capitals`() {
        #expect(decode("PROPFIND", as: .method) == "PROPFIND")
        #expect(decode("get", as: .method) == nil)
    }

    private func decode(_ text: String, as type: ConfigType<String>) -> String? {
        var decoder = ConfigDecoder(secrets: SecretReader(environment: [:], readFile: { _ in nil }))
        return type.decode(JSON5Node(.text(text)), &decoder)
    }
}
