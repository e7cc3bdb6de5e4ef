import HTTP
import Media
import Testing

@Suite struct FetchRulesTests {
    static func rules(allowing entries: String..., own: Set<IPAddress> = []) -> FetchRules {
        FetchRules(allowList: FetchAllowList(entries.compactMap(FetchAllowList.Entry.init(parsing:))), ownAddresses: own)
    }

    static func address(_ text: String) -> IPAddress { IPAddress(parsing: text) ?? .v4(0) }

    @Test(arguments: [
        "http://127.0.0.1/", "http://10.0.0.1/", "http://169.254.169.254/latest/meta-data/", "http://192.168.1.1/", "http://0.0.0.0/",
        "http://100.100.100.200/", "http://224.0.0.1/", "http://255.255.255.255/", "http://[::1]/", "http://[::]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:a9fe:a9fe]/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/", "http://[fe80::1]/",
        "http://[fd00:ec2::254]/",
        "http://[::127.0.0.1]/", "http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
    ])
    func `a private address in the URL is refused before anything is sent`(text: String) {
        #expect(Self.rules().check(url: text) == .failure(.blockedAddress))
    }

    @Test(arguments: [
        "http://example.com/", "https://example.com/x.png", "http://8.8.8.8/", "http://[2606:4700::1111]/", "https://example.com:80/",
    ])
    func `a public URL on a web port may be resolved`(text: String) throws {
        #expect(Self.rules().check(url: text) == .success(try HTTPURL(parsing: text)))
    }

    @Test(arguments: ["http://example.com:22/", "http://8.8.8.8:6379/", "https://example.com:8443/", "http://example.com:1/"])
    func `a port that is not the web's is refused`(text: String) {
        #expect(Self.rules().check(url: text) == .failure(.blockedPort))
    }

    @Test func `a client's URL has 2048 bytes and a result's 8192`() {
        let long = "https://example.com/" + String(repeating: "a", count: 2029)
        #expect(Self.rules().check(url: long) == .failure(.invalidURL(.tooLong)))
        #expect((try? Self.rules().check(resultURL: long).get()) != nil)
    }

    @Test func `one blocked address refuses the name`() throws {
        let url = try HTTPURL(parsing: "http://example.com/")
        let rules = Self.rules()
        #expect(rules.check(addresses: [Self.address("8.8.8.8"), Self.address("2606:4700::1111")], for: url) == nil)
        #expect(rules.check(addresses: [Self.address("8.8.8.8"), Self.address("127.0.0.1")], for: url) == .blockedAddress)
        #expect(rules.check(addresses: [Self.address("::ffff:10.0.0.1")], for: url) == .blockedAddress)
        #expect(rules.check(addresses: [], for: url) == .blockedAddress)
    }

    @Test func `our own addresses are refused though public, inside IPv6 too`() throws {
        let url = try HTTPURL(parsing: "http://example.com/")
        let rules = Self.rules(own: [Self.address("8.8.8.8")])
        #expect(rules.check(addresses: [Self.address("8.8.8.8")], for: url) == .blockedAddress)
        #expect(rules.check(addresses: [Self.address("::ffff:8.8.8.8")], for: url) == .blockedAddress)
        #expect(rules.check(addresses: [Self.address("8.8.4.4")], for: url) == nil)
    }

    @Test func `a named host and port is exempt, and no other port of it`() throws {
        let rules = Self.rules(allowing: "127.0.0.1:9000", "minio:9000", "[::1]:9000")
        for host in ["127.0.0.1", "[::1]"] {
            #expect((try? rules.check(url: "http://\(host):9000/a").get()) != nil)
            #expect(rules.check(url: "http://\(host):9001/a") == .failure(.blockedPort))
            #expect(rules.check(url: "http://\(host)/a") == .failure(.blockedAddress))
        }
        let named = try HTTPURL(parsing: "http://MINIO:9000/a")
        #expect(rules.check(named) == .success(named))
        #expect(rules.check(addresses: [Self.address("10.1.2.3")], for: named) == nil)
        #expect(rules.check(addresses: [Self.address("10.1.2.3")], for: try HTTPURL(parsing: "http://minio:80/")) == .blockedAddress)
    }

    @Test func `a name that leads to an exempt address and port may be called there`() throws {
        let rules = Self.rules(allowing: "127.0.0.1:9000")
        let url = try HTTPURL(parsing: "http://localhost:9000/")
        #expect(rules.check(url) == .success(url))
        #expect(rules.check(addresses: [Self.address("127.0.0.1")], for: url) == nil)
        #expect(rules.check(addresses: [Self.address("127.0.0.1"), Self.address("8.8.8.8")], for: url) == .blockedPort)
        #expect(rules.check(url: "http://localhost:9001/") == .failure(.blockedPort))
    }

    @Test func `a block is exempt on every port`() throws {
        let rules = Self.rules(allowing: "10.0.0.0/8")
        let url = try HTTPURL(parsing: "http://storage:9000/")
        #expect(rules.check(url) == .success(url))
        #expect(rules.check(addresses: [Self.address("10.9.8.7")], for: url) == nil)
        #expect(rules.check(addresses: [Self.address("::ffff:10.9.8.7")], for: url) == nil)
        #expect(rules.check(addresses: [Self.address("8.8.8.8")], for: url) == .blockedPort)
        #expect(
            rules.check(addresses: [Self.address("10.9.8.7"), Self.address("192.168.0.1")], for: try HTTPURL(parsing: "http://storage/"))
                == .blockedAddress)
        #expect((try? rules.check(url: "http://10.1.1.1:5000/").get()) != nil)
    }

    @Test(arguments: [
        "", "host", "host:", ":80", "host:0", "host:080", "host:65536", "http://host:80", "host:80/x", "u@host:80", "10.0.0.1/8", "[::1]",
        "a b:80", "127.1:80",
    ])
    func `an entry that is neither host and port nor a block is refused`(text: String) {
        #expect(FetchAllowList.Entry(parsing: text) == nil)
    }

    @Test(arguments: ["10.0.0.7:9000", "[::1]:80", "minio:9000", "MinIO.example:443", "10.0.0.0/8", "fd00::/8", "::1", "10.0.0.7", "h:80"])
    func `host and port, blocks and lone addresses are entries`(text: String) {
        #expect(FetchAllowList.Entry(parsing: text) != nil)
    }

    @Test func `the caller cannot tell blocked from unreachable`() {
        let blocked = [FetchRefusal.blockedAddress, .blockedPort, .badRedirect, .tooManyRedirects].map { FetchError($0).message }
        #expect(Set(blocked + [FetchError(.unreachable, detail: "timed out").message]).count == 1)
    }
}
