import FoundationEssentials
import HTTP
import Media
import Synchronization
import Testing
import Transport

@testable import Gateway

@Suite(.timeLimit(.minutes(1))) struct FetchRemoteFetcherTests {
    static let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + Array("picture".utf8)
    static let open = IPAddress.v4(0x0808_0808)
    static let inner = IPAddress.v4(0x7F00_0001)

    /// Names and answers by table; keeps what was asked.
    final class Network: FetchTransport {
        struct Call: Sendable { var url: String, address: IPAddress, fields: HTTPFields }
        let names: [String: [IPAddress]]
        let answers: [String: Result<FetchAnswer, FetchTransportError>]
        let down: Set<IPAddress>
        let calls = Mutex<[Call]>([])
        let lookups = Mutex<[String]>([])
        let deadlines = Mutex<[Instant]>([])

        init(_ names: [String: [IPAddress]], _ answers: [String: Result<FetchAnswer, FetchTransportError>], down: Set<IPAddress> = []) {
            self.names = names
            self.answers = answers
            self.down = down
        }

        func addresses(of host: String, deadline: Instant) async -> Result<[IPAddress], FetchTransportError> {
            lookups.withLock { $0.append(host) }
            return names[host].map { .success($0) } ?? .failure(FetchTransportError(.unreachable, "no such name"))
        }

        func get(
            _ url: HTTPURL, at address: IPAddress, fields: HTTPFields, deadline: Instant
        ) async -> Result<FetchAnswer, FetchTransportError> {
            deadlines.withLock { $0.append(deadline) }
            calls.withLock { $0.append(Call(url: url.description, address: address, fields: fields)) }
            if down.contains(address) { return .failure(FetchTransportError(.unreachable, "connection refused")) }
            return answers[url.description] ?? .failure(FetchTransportError(.timedOut, "timed out"))
        }
    }

    final class Pieces: HTTPBodyStream {
        struct Broken: Error {}
        private let rest: Mutex<[ArraySlice<UInt8>]>
        private let breaks: Bool

        init(_ pieces: [[UInt8]], breaks: Bool = false) {
            rest = Mutex(pieces.map { $0[...] })
            self.breaks = breaks
        }

        func next() async throws -> ArraySlice<UInt8>? {
            let piece = rest.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            if piece == nil, breaks { throw Broken() }
            return piece
        }
    }

    private static func redirect(_ location: String) -> Result<FetchAnswer, FetchTransportError> {
        .success(FetchAnswer(status: 302, fields: [.location: location]))
    }

    private static func content(_ bytes: [UInt8]) -> Result<FetchAnswer, FetchTransportError> {
        .success(FetchAnswer(status: 200, content: HTTPBody(bytes)))
    }

    private func fetcher(_ network: Network, maximumBytes: Int = 1 << 22, maximumResultBytes: Int = 1 << 22) -> RemoteFetcher {
        let folder = FileManager.default.temporaryDirectory.path
        let rules = FetchRules(maximumBytes: maximumBytes, maximumResultBytes: maximumResultBytes)
        return RemoteFetcher(transport: network, rules: rules, spoolFolder: folder)
    }

    private func result(_ url: String, _ network: Network, maximumResultBytes: Int = 1 << 22) async -> Result<FetchedMedia, FetchError> {
        await fetcher(network, maximumBytes: 1000, maximumResultBytes: maximumResultBytes)
            .fetch(resultURL: url, ownOrigin: nil, credentials: [:], deadline: .now + .seconds(3600))
    }

    private func fetch(_ url: String, _ network: Network, maximumBytes: Int = 1 << 22) async -> Result<FetchedMedia, FetchError> {
        await fetcher(network, maximumBytes: maximumBytes).fetch(clientURL: url, accepting: \.isImage)
    }

    private func kind(_ result: Result<FetchedMedia, FetchError>) -> FetchError.Kind? {
        guard case .failure(let error) = result else { return nil }
        return error.kind
    }

    private func bytes(_ source: ByteSource) throws -> [UInt8] {
        switch source {
        case .bytes(let bytes): Array(bytes)
        case .file(let file, let range): try file.read(range)
        }
    }

    @Test func `a picture is fetched from the address that was checked`() async throws {
        let network = Network(["example.com": [Self.open]], ["https://example.com/1.png": Self.content(Self.png)])
        let media = try await fetch("https://example.com/1.png", network).get()
        #expect(media.type == .png)
        #expect(try bytes(media.content) == Self.png)
        #expect(network.calls.withLock { $0.map(\.address) } == [Self.open])
        #expect(network.lookups.withLock { $0 } == ["example.com"])
    }

    @Test func `no connection is made when one address is private`() async {
        let network = Network(["rebind.test": [Self.open, Self.inner]], [:])
        #expect(kind(await fetch("http://rebind.test/", network)) == .unreachable)
        #expect(network.calls.withLock { $0.isEmpty })
    }

    @Test(arguments: ["http://127.0.0.1/", "http://[::1]/", "http://169.254.169.254/", "http://example.com:22/"])
    func `a blocked URL is neither resolved nor called`(url: String) async {
        let network = Network([:], [:])
        #expect(kind(await fetch(url, network)) == .unreachable)
        #expect(network.calls.withLock { $0.isEmpty } && network.lookups.withLock { $0.isEmpty })
    }

    @Test func `blocked, unknown, refused and slow look the same`() async {
        let network = Network(["down.test": [.v4(0x0808_0404)], "slow.test": [Self.open]], [:], down: [.v4(0x0808_0404)])
        var messages: Set<String> = []
        for url in ["http://10.0.0.1/", "http://unknown.test/", "http://down.test/", "http://slow.test/"] {
            if case .failure(let error) = await fetch(url, network) { messages.insert(error.message) }
        }
        #expect(messages == ["the URL could not be fetched"])
    }

    @Test func `a redirect into the private network is refused, by address and by name`() async {
        let network = Network(
            ["example.com": [Self.open], "evil.test": [Self.inner]],
            ["http://example.com/a": Self.redirect("http://127.0.0.1/"), "http://example.com/b": Self.redirect("http://evil.test/")])
        for path in ["a", "b"] { #expect(kind(await fetch("http://example.com/\(path)", network)) == .unreachable) }
        #expect(network.calls.withLock { $0.allSatisfy { $0.address == Self.open } })
    }

    @Test func `each hop is resolved anew`() async throws {
        let network = Network(
            ["a.test": [Self.open], "b.test": [.v4(0x0101_0101)]],
            ["http://a.test/": Self.redirect("//b.test/x"), "http://b.test/x": Self.content(Self.png)])
        _ = try await fetch("http://a.test/", network).get()
        #expect(network.calls.withLock { $0.map(\.address) } == [Self.open, .v4(0x0101_0101)])
    }

    @Test func `a redirect in a circle ends`() async {
        let network = Network(["a.test": [Self.open]], ["http://a.test/": Self.redirect("/")])
        #expect(kind(await fetch("http://a.test/", network)) == .unreachable)
        #expect(network.calls.withLock { $0.count } == 4)
    }

    @Test func `the next address is tried when one cannot be reached`() async throws {
        let network = Network(
            [
                "a.test": [
                    .v6(0x2001_4860 << 96 | 1),
                    Self.open,
                ]
            ], ["http://a.test/": Self.content(Self.png)], down: [.v6(0x2001_4860 << 96 | 1)])
        _ = try await fetch("http://a.test/", network).get()
        #expect(network.calls.withLock { $0.count } == 2)
    }

    @Test func `both families are tried before a second address of one`() {
        let (a, b, c) = (IPAddress.v6(1), IPAddress.v6(2), IPAddress.v6(3))
        #expect(RemoteFetcher.attempts([a, b, c, Self.open, Self.inner]) == [a, Self.open, b, c])
        #expect(RemoteFetcher.attempts([a, b]) == [a, b])
        #expect(RemoteFetcher.attempts([]) == [])
    }

    @Test func `the key goes to the provider's own origin and no further`() async throws {
        let own = try HTTPURL(parsing: "http://10.0.0.7:8000/v1").origin
        let network = Network(
            ["cdn.test": [Self.open]],
            ["http://10.0.0.7:8000/out": Self.redirect("https://cdn.test/1.png"), "https://cdn.test/1.png": Self.content(Self.png)])
        let result = await fetcher(network).fetch(
            resultURL: "http://10.0.0.7:8000/out", ownOrigin: own, credentials: [.authorization: "Bearer key"], deadline: .now + .seconds(9)
        )
        #expect(try result.get().type == .png)
        #expect(network.calls.withLock { $0.map { $0.fields[.authorization] } } == ["Bearer key", nil])
    }

    @Test func `a result elsewhere gets no key, and none in the private network`() async throws {
        let own = try HTTPURL(parsing: "https://api.test/v1").origin
        let network = Network(["cdn.test": [Self.open]], ["https://cdn.test/1.png": Self.content(Self.png)])
        for url in ["https://cdn.test/1.png", "http://10.0.0.7/1.png"] {
            _ = await fetcher(network).fetch(
                resultURL: url, ownOrigin: own, credentials: [.authorization: "k"], deadline: .now + .seconds(9))
        }
        #expect(network.calls.withLock { $0.map { $0.fields.contains(.authorization) } } == [false])
    }

    @Test(arguments: [201, 204, 206, 304, 401, 403, 404, 500])
    func `only a whole answer counts`(code: Int) async {
        let answer = FetchAnswer(status: HTTPStatus(code), content: HTTPBody(Self.png))
        let network = Network(["a.test": [Self.open]], ["http://a.test/": .success(answer)])
        #expect(kind(await fetch("http://a.test/", network)) == (code == 201 ? nil : .status(code)))
    }

    @Test(arguments: [Array("<html>".utf8), [], Array("\u{0}\u{0}\u{0}\u{18}ftypisom".utf8)])
    func `bytes of another type are refused whatever the fields say`(content: [UInt8]) async {
        let answer = FetchAnswer(status: 200, fields: [.contentType: "image/png"], content: HTTPBody(content))
        let network = Network(["a.test": [Self.open]], ["http://a.test/": .success(answer)])
        #expect(kind(await fetch("http://a.test/", network)) == .wrongType)
    }

    @Test func `too much is refused, told or not`() async {
        let large = Self.png + [UInt8](repeating: 0, count: 1000)
        let streams: [HTTPBody] = [HTTPBody(large), .stream(Pieces([large]), length: nil), .stream(Pieces([]), length: 1001)]
        for content in streams {
            let network = Network(["a.test": [Self.open]], ["http://a.test/": .success(FetchAnswer(status: 200, content: content))])
            #expect(kind(await fetch("http://a.test/", network, maximumBytes: 1000)) == .tooLarge)
        }
    }

    @Test func `a result has a limit of its own`() async throws {
        let large = Self.png + [UInt8](repeating: 0, count: 2000)
        let network = Network(["a.test": [Self.open]], ["http://a.test/": Self.content(large)])
        #expect(kind(await fetch("http://a.test/", network, maximumBytes: 1000)) == .tooLarge)
        #expect(try await result("http://a.test/", network).get().content.count == large.count)
        #expect(kind(await result("http://a.test/", network, maximumResultBytes: 2000)) == .tooLarge)
    }

    @Test func `a result has a time of its own, a client's URL keeps its thirty seconds`() async throws {
        let start = Instant.now
        let network = Network(["a.test": [Self.open]], ["http://a.test/": Self.content(Self.png)])
        let fetcher = RemoteFetcher(transport: network, rules: FetchRules(), spoolFolder: "/tmp", now: { start })
        _ = await fetcher.fetch(clientURL: "http://a.test/", accepting: \.isImage)
        for limit in [3600, 60] {
            _ = await fetcher.fetch(resultURL: "http://a.test/", ownOrigin: nil, credentials: [:], deadline: start + .seconds(limit))
        }
        #expect(network.deadlines.withLock { $0.map { $0 - start } } == [.seconds(30), .seconds(600), .seconds(60)])
    }

    @Test(arguments: ["image/svg+xml", "image/avif", "video/quicktime", "application/octet-stream", "nonsense"])
    func `a result of a type that nobody knows here is a result`(type: String) async throws {
        let bytes = Array("<svg xmlns='http://www.w3.org/2000/svg'/>".utf8)
        let answer = FetchAnswer(status: 200, fields: [.contentType: type], content: HTTPBody(bytes))
        let network = Network(["a.test": [Self.open]], ["http://a.test/": .success(answer)])
        let media = try await result("http://a.test/", network).get()
        #expect(media.type == .unknown)
        #expect(try self.bytes(media.content) == bytes)
        #expect(kind(await fetch("http://a.test/", network)) == .wrongType)
        let any = await fetcher(network).fetch(clientURL: "http://a.test/") { _ in true }
        #expect(kind(any) == .wrongType)
    }

    @Test(arguments: ["text/html", "text/plain; charset=utf-8", "application/json", "application/problem+json", "application/xml"])
    func `a message with status 200 is no result`(type: String) async throws {
        let answer = FetchAnswer(status: 200, fields: [.contentType: type], content: HTTPBody(Array("not yet".utf8)))
        let picture = FetchAnswer(status: 200, fields: [.contentType: type], content: HTTPBody(Self.png))
        let network = Network(
            ["a.test": [Self.open]], ["http://a.test/": .success(answer), "http://a.test/1": .success(picture)])
        #expect(kind(await result("http://a.test/", network)) == .wrongType)
        #expect(try await result("http://a.test/1", network).get().type == .png)
    }

    @Test func `nothing at all is no result`() async {
        let network = Network(["a.test": [Self.open]], ["http://a.test/": Self.content([])])
        #expect(kind(await result("http://a.test/", network)) == .wrongType)
    }

    @Test func `a content that breaks off or is short is no content`() async {
        for content in [HTTPBody.stream(Pieces([Self.png], breaks: true), length: nil), .stream(Pieces([Self.png]), length: 4000)] {
            let network = Network(["a.test": [Self.open]], ["http://a.test/": .success(FetchAnswer(status: 200, content: content))])
            #expect(kind(await fetch("http://a.test/", network)) == .unreachable)
        }
    }

    @Test(arguments: [100, 1 << 20, 1 << 20 + 1, 3_000_000])
    func `a long content waits in a file, byte by byte the same`(count: Int) async throws {
        let whole = Self.png + (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 13) }
        let pieces = stride(from: 0, to: whole.count, by: 70_001).map { Array(whole[$0..<min($0 + 70_001, whole.count)]) }
        let answer = FetchAnswer(status: 200, content: .stream(Pieces(pieces), length: whole.count))
        let network = Network(["a.test": [Self.open]], ["http://a.test/": .success(answer)])
        let media = try await fetch("http://a.test/", network).get()
        #expect(try bytes(media.content) == whole)
        if case .file = media.content { #expect(whole.count > 1 << 20) } else { #expect(whole.count <= 1 << 20) }
    }

    @Test func `a webhook's URL is checked without being called`() async throws {
        let network = Network(["a.test": [Self.open], "b.test": [Self.inner]], [:])
        #expect(try await fetcher(network).check(clientURL: "https://a.test/hook").get().addresses == [Self.open])
        for url in ["https://b.test/hook", "http://127.0.0.1/", "https://unknown.test/"] {
            if case .success = await fetcher(network).check(clientURL: url) { Issue.record("\(url) was accepted") }
        }
        #expect(network.calls.withLock { $0.isEmpty })
    }

    @Test(
        arguments: [
            ("http://gw.test:8080/files/abc.png", "abc.png"), ("http://GW.test:8080/files/abc.png?x=1#y", "abc.png"),
            ("http://gw.test/files/abc.png", nil),
            ("https://gw.test:8080/files/abc.png", nil), ("http://gw.test:8080/files/", nil), ("http://gw.test:8080/files/a/b", nil),
            ("http://gw.test:8080/v1/models", nil), ("http://evil.test:8080/files/abc.png", nil), ("/files/abc.png", nil), ("x", nil),
        ] as [(String, String?)])
    func `our own file URLs are known by scheme, host, port and path`(text: String, name: String?) throws {
        let urls = OwnFileURLs(publicURL: try HTTPURL(parsing: "http://gw.test:8080"))
        #expect(urls.name(in: text) == name)
        #expect(urls.name(in: urls.url(for: "abc.png").description) == "abc.png")
    }
}
