import FoundationEssentials
import Gateway
import GatewayTesting
import Glibc
import HTTP
import Media
import Synchronization
import Transport

/// Bytes in pieces of one length, as a connection would bring them.
final class PieceStream: HTTPBodyStream {
    private let rest: Mutex<ArraySlice<UInt8>>
    private let size: Int
    private let breaks: (any Error)?

    /// - Parameter breaks: comes instead of the end.
    init(_ bytes: [UInt8], size: Int = 16_384, breaks: (any Error)? = nil) {
        rest = Mutex(bytes[...])
        self.size = size
        self.breaks = breaks
    }

    func next() async throws -> ArraySlice<UInt8>? {
        let piece = rest.withLock { rest in
            defer { rest = rest.dropFirst(size) }
            return rest.prefix(size)
        }
        if !piece.isEmpty { return piece }
        if let breaks { throw breaks }
        return nil
    }
}

/// A multipart form as clients send it.
struct FormBody {
    static let boundary = "b0undary"
    private(set) var bytes: [UInt8] = []

    static var type: String { "multipart/form-data; boundary=\(boundary)" }

    mutating func text(_ name: String, _ value: String) {
        bytes += Array("--\(Self.boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8)
    }

    mutating func file(_ name: String, _ content: [UInt8], fileName: String = "x.png") {
        let head = "Content-Disposition: form-data; name=\"\(name)\"; filename=\"\(fileName)\"\r\nContent-Type: application/octet-stream"
        bytes += Array("--\(Self.boundary)\r\n\(head)\r\n\r\n".utf8) + content + [13, 10]
    }

    var ended: [UInt8] { bytes + Array("--\(Self.boundary)--\r\n".utf8) }
}

/// A log that can be read back line by line.
final class LogPipe: Sendable {
    let writer: LogWriter
    private let reading: Int32
    private let unread = Mutex<ArraySlice<UInt8>>([])
    static let silent = LogWriter(descriptor: open("/dev/null", O_WRONLY))

    init() {
        var ends: [Int32] = [0, 0]
        pipe(&ends)
        reading = ends[0]
        writer = LogWriter(descriptor: ends[1])
    }

    deinit { close(reading) }

    /// Waits for the next line.
    func line() -> String {
        unread.withLock { unread in
            var line: [UInt8] = []
            while true {
                if let end = unread.firstIndex(of: 10) {
                    line += unread[..<end]
                    unread = unread[(end + 1)...]
                    return String(decoding: line, as: UTF8.self)
                }
                line += unread
                let more = [UInt8](unsafeUninitializedCapacity: 65_536) { $1 = max(read(reading, $0.baseAddress, 65_536), 0) }
                guard !more.isEmpty else { return String(decoding: line, as: UTF8.self) }
                unread = more[...]
            }
        }
    }
}

extension GatewayServices {
    /// One loop for all tests; it lives as long as the process.
    static let testLoop: EventLoop = {
        let loop = EventLoop(name: "tests")
        loop.start()
        return loop
    }()

    static func make(
        _ settings: GatewaySettings = .make(), keys: KeyRing = .make(), store: any MediaStore = MemoryMediaStore(),
        providers: [RecordingProvider] = [RecordingProvider("a"), RecordingProvider("b")],
        transport: any UpstreamTransport = ScriptedTransport(), network: TableNetwork = TableNetwork(),
        facts: [String: [String: ModelFacts]] = [:], resultAccess: [String: ResultAccess] = [:], log: LogWriter = LogPipe.silent,
        tasks: TaskRunner? = nil, clock: ManualClock? = nil,
        limiter: RateLimiter = RateLimiter(tiers: [:]), spans: SpanQueue? = nil
    ) -> GatewayServices {
        let upstreams = zip(["a", "b"], providers).map { name, provider in
            (
                name,
                Upstream(
                    provider: provider, settings: ProviderSettings(name: name, type: "recording"), transport: transport,
                    facts: facts[name] ?? [:])
            )
        }
        let rules = FetchRules()
        let fetcher = RemoteFetcher(transport: network, rules: rules, spoolFolder: settings.spoolFolder)
        let environment = DispatchEnvironment(
            now: { clock?.now ?? .now },
            sleep: { until in
                guard let clock else { return try await Task.sleep(for: until - .now) }
                try await clock.sleep(until: until)
            },
            read: { _ in .success([]) }, encode: { Base64.encode($0) }, fetch: { .success($0) })
        let dispatcher = Dispatcher(
            upstreams: Dictionary(uniqueKeysWithValues: upstreams), board: HealthBoard(), environment: environment)
        return GatewayServices(
            loop: testLoop, settings: settings, keys: keys, store: store, dispatcher: dispatcher, fetcher: fetcher, fetchRules: rules,
            resultAccess: resultAccess, log: log, state: GatewayState(),
            tasks: tasks
                ?? TaskRunner(store: MemoryTaskStore(), media: store, settings: TaskSettings(), now: { 1_000_000 }, report: { _ in }),
            limiter: limiter, webhookSecrets: WebhookSecrets(keys: [], environment: nil), repeats: SharedCalls(), spans: spans)
    }
}

extension GatewaySettings {
    static func make(
        defaults: ModelDefaults = ModelDefaults(), limits: BodyLimits = BodyLimits(), allowedOrigins: [String]? = nil
    ) -> GatewaySettings {
        func entry(_ name: String, _ providers: [String], price: Double? = nil) -> ModelEntry? {
            ModelPattern(parsing: name).map {
                ModelEntry(
                    pattern: $0, steps: providers.map { RouteStep(provider: $0) },
                    policy: ModelPolicy(price: price.map { Price(image: $0) }))
            }
        }
        let entries = [
            entry("cat-1", ["a", "b"]), entry("gpt-image-9", ["a", "b"], price: 0.1), entry("org/dog", ["b"]), entry("wild/*", ["a"]),
        ]
        return GatewaySettings(
            models: ModelCatalogue(entries: entries.compactMap(\.self), aliases: ["cat": "cat-1"]), defaults: defaults,
            publicURL: .own, limits: limits, allowedOrigins: allowedOrigins,
            spoolFolder: FileManager.default.temporaryDirectory.path)
    }
}

extension HTTPURL {
    static var own: HTTPURL {
        guard let url = try? HTTPURL(parsing: "http://gateway.test:8080") else { preconditionFailure("a valid URL") }
        return url
    }
}

extension KeyRing {
    /// Opened by `key-of-alice`, `key-of-bob` and the operator's `key-of-ops`.
    static func make(isOpen: Bool = false) -> KeyRing {
        KeyRing(
            keys: ["alice", "bob", "ops"].map {
                KeySettings(name: $0, digest: SHA256.digest(of: Array("key-of-\($0)".utf8)), role: $0 == "ops" ? .admin : .user)
            }, isOpen: isOpen)
    }
}

/// An answer read to its end.
struct Answer: Sendable {
    var status: Int
    var fields: HTTPFields
    var bytes: [UInt8]

    var json: JSONValue { (try? JSONValue(parsing: bytes)) ?? .null }
    var error: JSONValue { json["error"] ?? .null }
    var text: String { String(decoding: bytes, as: UTF8.self) }

    var events: [ServerSentEvent] {
        var parser = ServerSentEventParser()
        parser.append(bytes[...])
        var events: [ServerSentEvent] = []
        while let event = try? parser.next() { events.append(event) }
        return events
    }
}

extension GatewayServices {
    /// One request through the handler, on the loop, read and reported to its end as a server does it.
    func send(
        _ method: HTTPMethod = .post, _ target: String, _ fields: HTTPFields = HTTPFields(), body: [UInt8]? = nil, pieces: Int = 16_384,
        key: String? = "key-of-alice"
    ) async -> Answer {
        var head = HTTPRequestHead(method: method, target: target, fields: fields)
        if let key { head.fields.append(.authorization, "Bearer \(key)") }
        let request = HTTPRequest(
            head: head, body: body.map { .stream(PieceStream($0, size: pieces), length: $0.count) } ?? .none)
        let handler = GatewayHandler(self)
        return await loop.spawn {
            let response = await handler.respond(to: request)
            let bytes = await response.body.collected()
            response.onEnd?(HTTPDelivery(bodyBytes: bytes.count, isComplete: true))
            return Answer(status: response.status.code, fields: response.fields, bytes: bytes)
        }.value
    }

    /// A JSON request.
    func post(_ target: String, _ json: JSONValue, _ fields: HTTPFields = HTTPFields(), pieces: Int = 16_384) async -> Answer {
        var fields = fields
        fields.append(.contentType, "application/json")
        return await send(.post, target, fields, body: json.serialized(), pieces: pieces)
    }
}

extension HTTPBody {
    func collected() async -> [UInt8] {
        var bytes: [UInt8] = []
        switch self {
        case .none: break
        case .pieces(let pieces):
            for piece in pieces {
                switch piece {
                case .bytes(let part): bytes += part
                case .file(let file, let range): bytes += (try? file.read(range)) ?? []
                }
            }
        case .stream(let stream, _):
            while let part = try? await stream.next() { bytes += part }
        }
        return bytes
    }
}
