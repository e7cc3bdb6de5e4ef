import Configuration
import Gateway
import Glibc
import HTTP
import Media
import Transport

/// Buys one cheap picture from each provider, to see that key, account, model and network are right.
struct Probe {
    private let configuration: GatewayConfiguration
    /// nil: all of them.
    private let provider: String?
    /// nil: the cheapest that makes a picture from words.
    private let model: String?

    /// One provider's line of the table.
    struct Finding: Sendable {
        var provider: String
        var model: String
        /// Whether the picture came; nil: nothing was tried.
        var isGood: Bool?
        var words: String
        var duration: Duration?
        /// USD; nil: unknown.
        var cost: Double?
    }

    init(_ configuration: GatewayConfiguration, provider: String?, model: String?) {
        self.configuration = configuration
        self.provider = provider
        self.model = model
    }

    /// The exit code: 0 when every picture came that was asked for.
    func run() -> Int32 {
        let names = configuration.providers.map(\.name).filter { provider == nil ? $0 != "test" : $0 == provider }
        if let provider, names.isEmpty {
            printError("zoetrope: there is no provider '\(provider)'")
            return ExitCode.usage
        }
        let loop = EventLoop(name: "probe")
        loop.start()
        loop.spawn { [self] in
            let findings = await findings(names, on: loop)
            print(ProbeTable.text(of: findings))
            exit(findings.contains { $0.isGood == false } ? ExitCode.failure : ExitCode.success)
        }
        while true { pause() }
    }

    private func findings(_ names: [String], on loop: EventLoop) async -> [Finding] {
        let dispatcher: Dispatcher
        do {
            let client = HTTPClient(loop, resolver: Resolver())
            dispatcher = Dispatcher(
                upstreams: try Upstreams(configuration).upstreams(client), board: Upstreams.board(configuration),
                environment: Probe.environment(loop))
        } catch {
            return names.map { Finding(provider: $0, model: "-", isGood: false, words: "\(error)") }
        }
        return await withTaskGroup(of: Finding.self) { group in
            for name in names { group.addTask { await finding(name, dispatcher) } }
            let found = await group.reduce(into: [String: Finding]()) { $0[$1.provider] = $1 }
            return names.compactMap { found[$0] }
        }
    }

    private func finding(_ name: String, _ dispatcher: Dispatcher) async -> Finding {
        guard let upstream = dispatcher.upstreams[name], let model = model ?? ProbeChoice.model(of: name, upstream, configuration.models)
        else {
            return Finding(provider: name, model: "-", words: "no route names a model of it that makes pictures; name one with --model")
        }
        let begun = Instant.now
        let outcome = await dispatcher.dispatch(
            ProbeChoice.request(for: model, at: upstream), route: [Candidate(provider: name, upstreamModel: model)],
            policy: FallbackPolicy(attempts: 1, deadline: .seconds(240), ambiguousStops: true))
        var finding = Finding(provider: name, model: model, words: "", duration: .now - begun)
        switch outcome.result {
        case .success(let made): (finding.isGood, finding.words, finding.cost) = (true, "ok", made.cost)
        case .failure(let failure): (finding.isGood, finding.words) = (false, failure.message)
        }
        return finding
    }

    private static func environment(_ loop: EventLoop) -> DispatchEnvironment {
        let none = UpstreamError(.invalidRequest, .notSent, message: "a probe has no inputs")
        return DispatchEnvironment(
            sleep: { try await loop.sleep(until: $0) }, read: { _ in .failure(none) }, encode: { _ in "" }, fetch: { _ in .failure(none) },
            shielded: { work in await loop.spawn(work).value })
    }
}

/// What is bought.
enum ProbeChoice {
    /// The upstream model that makes a picture from words for the least money; one of an unknown price only where no price is known.
    static func model(of provider: String, _ upstream: Upstream, _ models: ModelCatalogue) -> String? {
        let routed = models.names.compactMap { models.route(for: $0) }.flatMap(\.candidates).filter { $0.provider == provider }
        let able = routed.map(\.upstreamModel).filter { name in
            let capabilities = upstream.capabilities(for: name)
            return capabilities.operations.contains(.generate) && capabilities.minimumInputs == 0 && !capabilities.needsMask
        }
        let priced = able.compactMap { name in cost(of: name, upstream).map { (name: name, cost: $0) } }
        return priced.min { $0.cost < $1.cost }?.name ?? able.first
    }

    /// One picture, of low quality where there is such.
    static func request(for model: String, at upstream: Upstream) -> GenerationRequest {
        var request = GenerationRequest(
            model: model, prompt: "A small red square on a white ground.", output: OutputWish(delivery: .base64))
        if !upstream.capabilities(for: model).droppedFields.contains("quality") { request.quality = "low" }
        return request
    }

    private static func cost(of model: String, _ upstream: Upstream) -> Double? {
        var request = GenerationRequest(model: model, prompt: "-")
        request.size = .pixels(width: 1024, height: 1024)
        return upstream.price(of: model)?.cost(of: 1, request)
    }
}

/// The findings, for people.
enum ProbeTable {
    static func text(of findings: [Probe.Finding]) -> String {
        let rows = [["PROVIDER", "MODEL", "TIME", "COST", "RESULT"]] + findings.map(row)
        let widths = (0..<4).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let padded = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
            return (padded + [row[4]]).joined(separator: "  ")
        }.joined(separator: "\n")
    }

    private static func row(_ finding: Probe.Finding) -> [String] {
        let time = finding.duration.map { "\(Int($0 / .milliseconds(1))) ms" } ?? "-"
        let cost = finding.isGood == true ? finding.cost.map { "$\(Money.text($0))" } ?? "unknown" : "-"
        let mark = finding.isGood.map { $0 ? "" : "FAILED: " } ?? "skipped: "
        return [finding.provider, finding.model, time, cost, mark + finding.words]
    }
}
