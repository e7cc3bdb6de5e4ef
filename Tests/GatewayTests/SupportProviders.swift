import Gateway
import GatewayTesting
import HTTP
import Media
import Synchronization
import Transport

/// A picture by its first bytes.
enum Picture {
    static let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + Array("a picture of a cat".utf8)
    static let jpeg: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0] + Array("another picture".utf8)
    static let base64 = Base64.encode(png)
}

/// A scripted provider that keeps the requests it was asked for, and makes what a test wants.
struct RecordingProvider: Provider {
    static let type = "recording"

    final class Record: Sendable {
        private let kept = Mutex<[GenerationRequest]>([])
        var requests: [GenerationRequest] { kept.withLock { $0 } }
        func keep(_ request: GenerationRequest) { kept.withLock { $0.append(request) } }
    }

    let record = Record()
    /// One result; a call makes as many assets as it is asked for.
    var result: GenerationResult
    var inner: ScriptedProvider

    static let able = Capabilities(
        operations: Set(GenerationRequest.Operation.allCases), acceptsMask: true, maximumInputs: 16, maximumCount: 10,
        transparentBackground: true, streams: true)

    init(_ settings: ProviderSettings) throws(ConfigurationError) { self.init(settings.name) }

    init(
        _ name: String, _ result: GenerationResult = GenerationResult(assets: [MediaAsset(content: .base64(Picture.base64))]),
        capabilities: Capabilities = able
    ) {
        self.result = result
        inner = ScriptedProvider(name, capabilities: capabilities)
    }

    func capabilities(for upstreamModel: String) -> Capabilities { inner.capabilities }

    func request(for step: Step) throws(UpstreamError) -> UpstreamRequest {
        if case .start(let request) = step { record.keep(request) }
        return try inner.request(for: step)
    }

    func generation(from response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        guard response.status == 200 else { return try inner.generation(from: response, at: step) }
        guard case .start(let request) = step else { return .completed(result) }
        var made = result
        if made.assets.count == 1 { made.assets = Array(repeating: made.assets[0], count: request.count) }
        return .completed(made)
    }

    func event(from event: ServerSentEvent, at step: Step) throws(UpstreamError) -> GenerationEvent? {
        guard event.event == "completed" else { return try inner.event(from: event, at: step) }
        return .completed(result)
    }
}

/// Answers fetches by table and keeps what they carried.
final class TableNetwork: FetchTransport {
    struct Call: Sendable, Hashable { var url: String, authorization: String? }

    private let answers: [String: [UInt8]]
    private let made = Mutex<[Call]>([])

    init(_ answers: [String: [UInt8]] = [:]) {
        self.answers = answers
    }

    var calls: [Call] { made.withLock { $0 } }

    func addresses(of host: String, deadline: Instant) async -> Result<[IPAddress], FetchTransportError> {
        .success([.v4(0x0808_0808)])
    }

    func get(
        _ url: HTTPURL, at address: IPAddress, fields: HTTPFields, deadline: Instant
    ) async -> Result<FetchAnswer, FetchTransportError> {
        made.withLock { $0.append(Call(url: url.description, authorization: fields[.authorization])) }
        guard let bytes = answers[url.description] else { return .success(FetchAnswer(status: 404)) }
        return .success(FetchAnswer(status: 200, content: HTTPBody(bytes)))
    }
}
