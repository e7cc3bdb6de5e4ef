import HTTP
import Testing

@Suite struct HTTPURLTests {
    struct Form: Sendable, CustomTestStringConvertible {
        var text: String
        var description: String
        var testDescription: String { text }

        init(_ text: String, _ description: String) {
            self.text = text
            self.description = description
        }
    }

    static let accepted: [Form] = [
        Form("http://example.com", "http://example.com/"),
        Form("http://example.com/", "http://example.com/"),
        Form("HTTP://EXAMPLE.com/A", "http://example.com/A"),
        Form("hTtPs://Example.COM:443/", "https://example.com/"),
        Form("http://example.com:443/", "http://example.com:443/"),
        Form("https://example.com:80/", "https://example.com:80/"),
        Form("http://example.com:65535/", "http://example.com:65535/"),
        Form("http://example.com?a=1", "http://example.com/?a=1"),
        Form("http://example.com#part", "http://example.com/"),
        Form("http://example.com/#a?b", "http://example.com/"),
        Form("http://example.com/?a#b", "http://example.com/?a"),
        Form("http://example.com/?", "http://example.com/?"),
        Form("http://example.com/?a?b/c", "http://example.com/?a?b/c"),
        Form("http://example.com//double", "http://example.com//double"),
        Form("http://example.com/a@b:c", "http://example.com/a@b:c"),
        Form("http://example.com/%41%zz", "http://example.com/%41%zz"),
        Form("http://example.com/[x]|{y}", "http://example.com/[x]|{y}"),
        Form("http://example.com/b\u{FC}cher.png?q=\u{20AC}", "http://example.com/b%C3%BCcher.png?q=%E2%82%AC"),
        Form("http://example.com/\"<>", "http://example.com/%22%3C%3E"),
        Form("http://my_service:8000/v1", "http://my_service:8000/v1"),
        Form("http://a-b.c-d.example/", "http://a-b.c-d.example/"),
        Form("http://localhost/", "http://localhost/"),
        Form("http://1.example/", "http://1.example/"),
        Form("http://1.2.3.4.example/", "http://1.2.3.4.example/"),
        Form("http://0xg.example.a1/", "http://0xg.example.a1/"),
        Form("http://xn--bcher-kva.example/", "http://xn--bcher-kva.example/"),
        Form("http://127.0.0.1:8080/x", "http://127.0.0.1:8080/x"),
        Form("http://255.255.255.255/", "http://255.255.255.255/"),
        Form("http://[::1]/", "http://[::1]/"),
        Form("http://[::1]:8080", "http://[::1]:8080/"),
        Form("http://[0:0:0:0:0:0:0:1]/", "http://[::1]/"),
        Form("http://[2001:DB8::A]/", "http://[2001:db8::a]/"),
        Form("http://[::ffff:127.0.0.1]/", "http://[::ffff:127.0.0.1]/"),
        Form("http://[::ffff:7f00:1]/", "http://[::ffff:127.0.0.1]/"),
        Form("http://[64:ff9b::10.0.0.1]/", "http://[64:ff9b::a00:1]/"),
        Form("http://[::]/", "http://[::]/"),
    ]

    @Test(arguments: accepted)
    func `a good URL is read and printed in one spelling`(form: Form) throws {
        let url = try HTTPURL(parsing: form.text)
        #expect(url.description == form.description)
        #expect(try HTTPURL(parsing: url.description) == url)
    }

    @Test func `the parts of a URL are told apart`() throws {
        let url = try HTTPURL(parsing: "https://Example.com:8443/a/b?x=1&y=2#z")
        #expect(url.scheme == .https)
        #expect(url.host == "example.com")
        #expect(url.port == 8443)
        #expect(!url.hasDefaultPort)
        #expect(url.path == "/a/b")
        #expect(url.query == "x=1&y=2")
        #expect(url.target == "/a/b?x=1&y=2")
        #expect(url.authority == "example.com:8443")
        #expect(url.address == nil)
        #expect(url.origin == HTTPURL.Origin(scheme: .https, host: "EXAMPLE.com", port: 8443))
        #expect(url.origin.description == "https://example.com:8443")
    }

    @Test func `an IPv6 host has brackets in the authority alone`() throws {
        let url = try HTTPURL(parsing: "http://[fe80::1]:81/")
        #expect(url.host == "fe80::1")
        #expect(url.authority == "[fe80::1]:81")
        #expect(url.address == .v6(0xFE80 << 112 | 1))
        #expect(url.origin.description == "http://[fe80::1]:81")
    }

    @Test func `a URL of 8192 bytes is read and one of 8193 is not`() throws {
        let start = "http://example.com/"
        let longest = start + String(repeating: "a", count: HTTPURL.maximumLength - start.utf8.count)
        #expect(try HTTPURL(parsing: longest).target.utf8.count == HTTPURL.maximumLength - "http://example.com".utf8.count)
        #expect(throws: HTTPURLError(.tooLong)) { try HTTPURL(parsing: longest + "a") }
    }
}
