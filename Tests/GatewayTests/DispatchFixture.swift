import Gateway
import GatewayTesting
import HTTP
import Media

/// A dispatcher over scripted providers, with its clock in hand.
struct DispatchFixture {
    let clock: ManualClock
    let transport: ScriptedTransport
    let board: HealthBoard
    let dispatcher: Dispatcher
    let route: [Candidate]

    init(
        _ providers: [any Provider] = [ScriptedProvider("a"), ScriptedProvider("b")], script: [String: [ScriptedTransport.Reply]] = [:],
        limits: [String: HealthBoard.Limit] = [:], sleepingAdvances: Bool = false,
        fetch: @escaping @Sendable (MediaInput) async -> Result<MediaInput, UpstreamError> = { .success($0) },
        publish: @escaping @Sendable (MediaInput) async -> String? = { _ in nil },
        convertMask: @escaping @Sendable ([UInt8], Capabilities.MaskForm) async -> Result<[UInt8], UpstreamError> = { bytes, _ in
            .success(bytes)
        }
    ) {
        let clock = ManualClock(sleepingAdvances: sleepingAdvances)
        let transport = ScriptedTransport(script)
        let names = "abcdef".map(String.init).prefix(providers.count)
        let upstreams = zip(names, providers).map { name, provider in
            (name, Upstream(provider: provider, settings: ProviderSettings(name: name, type: "scripted"), transport: transport))
        }
        let environment = DispatchEnvironment(
            now: { clock.now }, sleep: { try await clock.sleep(until: $0) }, random: { 0 },
            read: { source in .success(Self.bytes(of: source)) }, encode: { "b64-\($0.count)" }, fetch: fetch, publish: publish,
            convertMask: convertMask)
        self.clock = clock
        self.transport = transport
        self.board = HealthBoard(limits: limits)
        self.dispatcher = Dispatcher(upstreams: Dictionary(uniqueKeysWithValues: upstreams), board: board, environment: environment)
        self.route = names.map { Candidate(provider: $0, upstreamModel: "m-\($0)") }
    }

    func dispatch(
        _ request: GenerationRequest = GenerationRequest(model: "m", prompt: "a cat"), policy: FallbackPolicy = FallbackPolicy()
    ) async -> DispatchOutcome {
        await dispatcher.dispatch(request, route: route, policy: policy)
    }

    /// Lets other tasks run until something is so.
    func until(_ condition: () -> Bool) async {
        while !condition() { await Task.yield() }
    }

    private static func bytes(of source: ByteSource) -> [UInt8] {
        switch source {
        case .bytes(let bytes): Array(bytes)
        case .file: []
        }
    }
}

extension DispatchOutcome {
    var header: String { AttemptsHeader(attempts).value }

    var failure: DispatchFailure? {
        switch result {
        case .success: nil
        case .failure(let failure): failure
        }
    }

    /// How many results; nil for a failure.
    var count: Int? { try? result.get().assets.count }
}
