import HTTP
import Media
import Testing

@Suite struct FetchJourneyTests {
    private static func origin(_ text: String) throws -> HTTPURL.Origin { try HTTPURL(parsing: text).origin }

    @Test(arguments: [200, 204, 300, 304, 305, 306, 400, 404, 500])
    func `a status that is no redirect is the end of the way`(status: Int) throws {
        var journey = try FetchJourney(clientURL: "http://example.com/", rules: FetchRules())
        #expect(journey.next(status: status, location: "/elsewhere") == .arrived)
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func `three redirects are followed and the fourth is not`(status: Int) throws {
        var journey = try FetchJourney(clientURL: "http://example.com/", rules: FetchRules())
        for hop in 1...3 {
            #expect(journey.next(status: status, location: "/\(hop)") == .redirected)
            #expect(journey.url.path == "/\(hop)")
        }
        #expect(journey.next(status: status, location: "/4") == .refused(.tooManyRedirects))
    }

    @Test(arguments: [
        ("http://127.0.0.1/", FetchRefusal.blockedAddress), ("//169.254.169.254/", .blockedAddress),
        ("http://example.com:25/", .blockedPort),
        ("file:///etc/passwd", .badRedirect), ("http://u@example.com/", .badRedirect), ("http://127.1/", .badRedirect),
        ("http://[::1]/", .blockedAddress),
    ])
    func `each hop is held to the rules`(location: String, refusal: FetchRefusal) throws {
        var journey = try FetchJourney(clientURL: "http://example.com/", rules: FetchRules())
        #expect(journey.next(status: 302, location: location) == .refused(refusal))
    }

    @Test func `a redirect without a place, or from https to http, is refused`() throws {
        var journey = try FetchJourney(clientURL: "https://example.com/", rules: FetchRules())
        #expect(journey.next(status: 302, location: nil) == .refused(.badRedirect))
        #expect(journey.next(status: 302, location: "http://example.com/") == .refused(.badRedirect))
    }

    @Test func `the addresses of a hop are checked together`() throws {
        let journey = try FetchJourney(clientURL: "https://example.com/", rules: FetchRules())
        #expect(journey.refusal(of: [.v4(0x0808_0808)]) == nil)
        #expect(journey.refusal(of: [.v4(0x0808_0808), .v4(0x7F00_0001)]) == .blockedAddress)
    }

    @Test func `a result on the provider's own private origin is fetched with the key`() throws {
        var journey = try FetchJourney(
            resultURL: "http://10.0.0.7:8000/out/1.png", ownOrigin: Self.origin("http://10.0.0.7:8000/v1"), rules: FetchRules())
        #expect(journey.isOnOwnOrigin)
        #expect(journey.refusal(of: [.v4(0x0A00_0007)]) == nil)
        #expect(journey.refusal(of: []) == .blockedAddress)
        #expect(journey.next(status: 302, location: "/out/2.png") == .redirected)
        #expect(journey.isOnOwnOrigin)
    }

    @Test func `a redirect off the own origin loses the key, and coming back does not find it again`() throws {
        var journey = try FetchJourney(
            resultURL: "https://api.example/v1/1", ownOrigin: Self.origin("https://api.example/v1"), rules: FetchRules())
        #expect(journey.next(status: 302, location: "https://cdn.example/1.png") == .redirected)
        #expect(!journey.isOnOwnOrigin)
        #expect(journey.next(status: 302, location: "https://api.example/v1/2") == .redirected)
        #expect(!journey.isOnOwnOrigin)
    }

    @Test func `a redirect from the own origin into the private network is refused`() throws {
        var journey = try FetchJourney(
            resultURL: "http://10.0.0.7:8000/1", ownOrigin: Self.origin("http://10.0.0.7:8000"), rules: FetchRules())
        #expect(journey.next(status: 302, location: "http://10.0.0.7:8001/") == .refused(.blockedPort))
    }

    @Test(arguments: [
        "http://api.example/1", "https://api.example:8443/1", "https://api.example.evil.example/1", "https://evil.example/api.example",
    ])
    func `only the same scheme, host and port are the own origin`(url: String) throws {
        let rules = FetchRules(ports: [80, 443, 8443])
        #expect(!(try FetchJourney(resultURL: url, ownOrigin: Self.origin("https://api.example/v1"), rules: rules).isOnOwnOrigin))
    }

    @Test func `a client's URL never carries a key, and its refusals are thrown`() throws {
        #expect(throws: FetchRefusal.blockedAddress) { try FetchJourney(clientURL: "http://10.0.0.7/", rules: FetchRules()) }
        #expect(throws: FetchRefusal.blockedAddress) {
            try FetchJourney(resultURL: "http://10.0.0.7/", ownOrigin: nil, rules: FetchRules())
        }
        #expect(!(try FetchJourney(clientURL: "https://api.example/", rules: FetchRules()).isOnOwnOrigin))
    }
}
