import Testing

@testable import Configuration

@Suite struct ParseTests {
    @Test(arguments: [("1", 1), ("512B", 512), ("32KiB", 32_768), ("50MiB", 52_428_800), ("2 GiB", 2_147_483_648), ("1024GiB", 1 << 40)])
    func `sizes have binary units`(text: String, bytes: Int) throws {
        #expect(try Parse.size(text) == bytes)
    }

    @Test(arguments: ["", "0", "-1", "1.5MiB", "50MB", "50 mib", "KiB", "1025GiB", "99999999999999999999", "9223372036854775807GiB"])
    func `what is no size is refused`(text: String) {
        #expect(throws: InvalidValue.self) { try Parse.size(text) }
    }

    @Test(arguments: [("500ms", 500), ("30s", 30_000), ("10m", 600_000), ("2h", 7_200_000), ("7d", 604_800_000)])
    func `durations have units`(text: String, milliseconds: Int) throws {
        #expect(try Parse.duration(text) == .milliseconds(milliseconds))
    }

    @Test(arguments: ["", "0s", "10", "-1s", "1.5s", "10 sec", "1w", "4000d", "99999999999999999999ms"])
    func `what is no duration is refused`(text: String) {
        #expect(throws: InvalidValue.self) { try Parse.duration(text) }
    }

    @Test(arguments: ["", "-1", "nan", "inf", "0x1p3", "1e3", "1.2.3", "€1"])
    func `what is no price is refused`(text: String) {
        #expect(throws: InvalidValue.self) { try Parse.price(text) }
    }

    @Test(arguments: [
        ("127.0.0.1:8080", "127.0.0.1:8080", true), ("127.9.9.9:0", "127.9.9.9:0", true), ("localhost:80", "127.0.0.1:80", true),
        ("[::1]:80", "[::1]:80", true), ("unix:/run/z.sock", "unix:/run/z.sock", true), ("0.0.0.0:8080", "0.0.0.0:8080", false),
        ("[::]:8080", "[::]:8080", false), ("[::ffff:127.0.0.1]:1", "[::ffff:127.0.0.1]:1", false),
        ("10.0.0.7:65535", "10.0.0.7:65535", false),
    ])
    func `listen addresses know whether they are local`(text: String, description: String, isLocal: Bool) {
        let address = ListenAddress(parsing: text)
        #expect(address?.description == description)
        #expect(address?.isLocal == isLocal)
    }

    @Test(arguments: [
        "", "8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.1:80", "::1:80", "[127.0.0.1]:80",
        "host:80", "unix:", "http://127.0.0.1:80", "127.0.0.1:80 ",
    ])
    func `what is no listen address is refused`(text: String) {
        #expect(ListenAddress(parsing: text) == nil)
    }

    @Test func `a unix path longer than the kernel takes is refused`() {
        #expect(ListenAddress(parsing: "unix:/" + String(repeating: "a", count: 106)) != nil)
        #expect(ListenAddress(parsing: "unix:/" + String(repeating: "a", count: 107)) == nil)
    }

    @Test(arguments: [
        ("base_ul", "base_url"), ("baseurl", "base_url"), ("api-key", "api_key"), ("tiemout", "timeout"), ("Type", "type"), ("xyz", nil),
        ("", nil),
    ])
    func `the nearest key is suggested`(word: String, meant: String?) {
        #expect(Suggestion.nearest(to: word, among: ProviderKey.allCases.map(\.rawValue)) == meant)
    }

    @Test func `distances count swaps as one`() {
        #expect(Suggestion.distance("", "abc") == 3)
        #expect(Suggestion.distance("abcd", "acbd") == 1)
        #expect(Suggestion.distance("kitten", "sitting") == 3)
    }
}
