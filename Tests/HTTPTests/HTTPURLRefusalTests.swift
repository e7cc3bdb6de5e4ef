import HTTP
import Testing

@Suite struct HTTPURLRefusalTests {
    @Test(arguments: [
        "", "http", "http:", "http:/", "http:example.com", "http:/example.com", "//example.com/", "/path", "example.com", "example.com:80",
        "ftp://example.com/", "file:///etc/passwd", "gopher://127.0.0.1:6379/_x", "dict://localhost:11211/", "data:image/png;base64,AAAA",
        "javascript:alert(1)", "ws://example.com/", "wss://example.com/", "ldap://example.com/", "jar:http://example.com!/",
        "unix:/run/x.sock",
        "https//example.com", "httpss://example.com/", "xhttp://example.com/", "http;//example.com/", "\u{FF48}ttp://example.com/",
        "s3://bucket/key", "blob:https://example.com/x", "view-source:http://example.com/", "netdoc:///etc/passwd",
    ])
    func `nothing but http and https is read`(text: String) {
        #expect(throws: HTTPURLError(.unsupportedScheme)) { try HTTPURL(parsing: text) }
    }

    @Test(arguments: [
        "http://user@example.com/", "http://user:pass@example.com/", "http://@example.com/", "http://:@example.com/",
        "http://example.com@127.0.0.1/", "http://127.0.0.1@example.com/", "http://example.com:80@127.0.0.1/", "http://a@b@c/",
        "http://example.com%40127.0.0.1@host/", "https://example.com:443@evil.example:443/", "http://[::1]@example.com/",
    ])
    func `user information is refused`(text: String) {
        #expect(throws: HTTPURLError(.userInformation)) { try HTTPURL(parsing: text) }
    }

    @Test(arguments: [
        " http://example.com/", "http://example.com/ ", "http://exa mple.com/", "http://example.com/a b", "http://example.com/\ta",
        "http://example.com/\r\nHost: evil", "http://example.com/\n", "http://example.com/\r", "http://example.com\0.evil/",
        "http://example.com/\0",
        "http://example.com/\u{7F}", "http://example.com\\@127.0.0.1/", "http:\\\\example.com\\", "http://127.0.0.1\\.example.com/",
        "http://example.com/a\\b", "\thttp://example.com/", "\u{0B}http://example.com/", "http://example.com/\u{1B}[0m",
    ])
    func `white space, control bytes and backslashes are refused`(text: String) {
        #expect(throws: HTTPURLError(.invalidCharacter)) { try HTTPURL(parsing: text) }
    }

    static let shorthand = [
        "2130706433", "0x7f000001", "0x7F000001", "017700000001", "0177.0.0.1", "0x7f.0.0.1", "0x7f.0x0.0x0.0x1", "127.1", "127.0.1", "127",
        "0", "0x", "0x0", "00", "1", "127.0.0.01", "127.0.0.001", "0127.0.0.1", "127.0.0.0x1", "127.000.000.001", "256.0.0.1", "1.2.3.256",
        "1.2.3.4.5", "1.2.3", "1.2", "999.999.999.999", "4294967296", "127.0.0.1.", "127..0.1", ".127.0.0.1", "3232235521", "169.254.43518",
        "0xa9fea9fe", "0251.0376.0251.0376", "a.b.c.1", "example.0x7f", "foo.127", "127.0.0.-1", "+127.0.0.1", "1e3.0.0.1", "0x7f.1",
    ]

    @Test(arguments: shorthand)
    func `an IPv4 address in any form but four plain decimal parts is refused`(host: String) {
        for text in ["http://\(host)", "http://\(host):80/", "https://\(host)/latest/meta-data"] {
            #expect(throws: HTTPURLError(.invalidHost)) { try HTTPURL(parsing: text) }
        }
    }

    @Test(arguments: [
        "[]", "[:]", "[:::]", "[::1", "[1]", "[::1%eth0]", "[fe80::1%25eth0]", "[::1%]", "[127.0.0.1]", "[example.com]", "[::g]",
        "[1::2::3]",
        "[1:2:3:4:5:6:7]", "[1:2:3:4:5:6:7:8:9]", "[1:2:3:4:5:6:7::8]", "[12345::]", "[::127.0.0.01]", "[::127.1]", "[::1.2.3.4:5]",
        "[1.2.3.4::]",
        "[::ffff:256.0.0.1]", "[v1.fe80::a+en1]", "[ :1]", "[:1]", "[1:]", "[1:2:3:4:5:6:7:]", "[:2:3:4:5:6:7:8]", "[::-1]", "[::+1]",
        "[0x::1]",
        "[::1]]x", "[[::1]]", "[::\u{FF11}]", "::1", "::ffff:127.0.0.1", "[::1.2.3]", "[1:2:3:4:5:6:7:1.2.3.4]", "[::00001]",
    ])
    func `an IPv6 host in any other form is refused`(host: String) {
        #expect(throws: HTTPURLError.self) { try HTTPURL(parsing: "http://\(host)/") }
    }

    @Test(arguments: [
        "", ".", "..", "example..com", ".example.com", "example.com.", "localhost.", "-example.com", "example-.com", "exa!mple.com",
        "exa$mple.com",
        "exa%6Dple.com", "%31%32%37.0.0.1", "example.com%00", "example.com%2F", "exa,mple", "exa;mple", "exa*mple", "exa(mple",
        "exa'mple", "exa=mple",
        "exa~mple", "exa+mple", "exa&mple", "exa\"mple", "exa<mple", "exa^mple", "exa`mple", "exa{mple", "exa|mple", "b\u{FC}cher.example",
        "\u{2460}\u{2461}\u{2466}.0.0.1", "127\u{3002}0\u{3002}0\u{3002}1", "127\u{FF0E}0.0.1", "\u{FF11}27.0.0.1", "ex\u{AD}ample.com",
        "example\u{2024}com", "example.com\u{FF0F}.evil.example", "example.com\u{2044}x", "\u{24DB}ocalhost", "loc\u{200B}alhost",
        "\u{202E}example.com",
        String(repeating: "a", count: 64) + ".example", String(repeating: "a.", count: 127) + "aa",
    ])
    func `a host that is no plain name is refused`(host: String) {
        #expect(throws: HTTPURLError(.invalidHost)) { try HTTPURL(parsing: "http://\(host)/") }
    }

    @Test(arguments: [
        ":", ":0", ":00", ":080", ":65536", ":99999", ":100000", ":-80", ":+80", ":8a", ":0x50", ":80:80", ":80,81", ":\u{FF18}0", ":8.0",
        ":%38%30",
    ])
    func `a port that is not 1 to 65535 in plain digits is refused`(port: String) {
        for host in ["example.com", "127.0.0.1", "[::1]"] {
            #expect(throws: HTTPURLError(.invalidPort)) { try HTTPURL(parsing: "http://\(host)\(port)/") }
        }
    }

    @Test(arguments: HTTPURLError.Kind.allCases)
    func `each refusal has words`(kind: HTTPURLError.Kind) {
        #expect(HTTPURLError(kind).description.hasPrefix("the URL"))
    }
}
