package import Transport

/// What is known about one provider: its key's circuit, and for each of its models a cooldown and a death mark.
package struct ProviderHealth: Sendable {
    /// Model names can come from callers through wildcard routes: what is remembered is bounded.
    static let mostModels = 4096

    private let provider: String
    private let firstRest: Duration?
    private var circuit = KeyCircuit()
    private var models: [String: Model] = [:]

    private struct Model: Sendable {
        var cooldown = Cooldown()
        var isDead = false
    }

    /// A call's permission for a model, handed back at its end.
    package struct Pass: Sendable, Hashable {
        let model: String
        let cooldown: Cooldown.Pass
        let circuit: KeyCircuit.Pass

        /// Whether this call is the one that finds out if the provider is well again.
        package var isProbe: Bool { cooldown.isProbe || circuit.isProbe }
    }

    /// - Parameter firstRest: after a failure without a Retry-After; nil: candidates never rest.
    package init(provider: String, firstRest: Duration? = .seconds(5)) {
        self.provider = provider
        self.firstRest = firstRest
    }

    /// How a model stands; a dead model outranks a refused key, and that a rest.
    package func health(of model: String, now: Instant) -> Availability.Health {
        if models.isEmpty, circuit.isClosed { return .ready }
        let state = models[model]
        if state?.isDead == true { return .dead }
        if let until = circuit.openUntil(now: now) { return .circuitOpen(until: until) }
        return state?.cooldown.health(now: now) ?? .ready
    }

    /// How the provider as a whole stands.
    package struct Standing: Sendable, Hashable {
        /// When its key is tried again that it refuses; nil: it does not.
        package var refusedUntil: Instant?
        /// Models that rest, or are being probed.
        package var resting: [String] = []
        /// The end of the longest rest.
        package var restsUntil: Instant?
        /// Models that it does not have any more.
        package var gone: [String] = []

        package init() {}
    }

    /// How the provider as a whole stands.
    package func standing(now: Instant) -> Standing {
        var standing = Standing()
        standing.refusedUntil = circuit.openUntil(now: now)
        for (name, model) in models {
            switch model.isDead ? .dead : model.cooldown.health(now: now) {
            case .dead: standing.gone.append(name)
            case .cooling(let until):
                standing.resting.append(name)
                standing.restsUntil = max(standing.restsUntil ?? until, until)
            case .probing: standing.resting.append(name)
            case .ready, .circuitOpen: break
            }
        }
        return standing
    }

    /// Lets a call through and notes whether it is a probe.
    package mutating func begin(_ model: String, now: Instant) -> Pass {
        var cooldown = Cooldown.Pass(isProbe: false, epoch: 0)
        mend(model) { cooldown = $0.cooldown.begin(now: now) }
        return Pass(model: model, cooldown: cooldown, circuit: circuit.begin(now: now))
    }

    /// - Parameter random: 0 to 1, for the jitter.
    package mutating func end(
        _ pass: Pass, _ verdict: HealthVerdict, now: Instant, random: Double
    ) -> HealthEvent? {
        switch verdict {
        case .works:
            mend(pass.model) { $0.cooldown.succeed(pass.cooldown) }
            return circuit.close(pass.circuit) ? .circuitClosed(provider: provider) : nil
        case .needsRest(let retryAfter):
            circuit.keep(pass.circuit, now: now)
            return rest(pass, retryAfter: retryAfter, now: now, random: random)
        case .refusesKey:
            mend(pass.model) { $0.cooldown.release(pass.cooldown) }
            return circuit.open(pass.circuit, now: now).map { .circuitOpened(provider: provider, for: $0) }
        case .modelGone:
            circuit.keep(pass.circuit, now: now)
            update(pass.model) { $0 = Model(isDead: true) }
            return .modelDied(Candidate(provider: provider, upstreamModel: pass.model))
        case .fails:
            circuit.keep(pass.circuit, now: now)
            return pass.cooldown.isProbe ? rest(pass, retryAfter: nil, now: now, random: random) : nil
        case .silent:
            circuit.release(pass.circuit)
            mend(pass.model) { $0.cooldown.release(pass.cooldown) }
            return nil
        }
    }

    /// A reload forgives dead models and refused keys, but not a cooldown.
    package mutating func reload() {
        circuit = KeyCircuit()
        for name in models.keys { mend(name) { $0.isDead = false } }
    }

    private mutating func rest(_ pass: Pass, retryAfter: Duration?, now: Instant, random: Double) -> HealthEvent? {
        var rest: Duration?
        update(pass.model) { [firstRest] model in
            guard let firstRest else { return model.cooldown.release(pass.cooldown) }
            rest = model.cooldown.fail(pass.cooldown, retryAfter: retryAfter, first: firstRest, now: now, random: random)
        }
        return rest.map { .cooling(Candidate(provider: provider, upstreamModel: pass.model), for: $0) }
    }

    private mutating func update(_ model: String, _ change: (inout Model) -> Void) {
        let known = known(model)
        guard known != nil || models.count < Self.mostModels else { return }
        keep(known ?? Model(), model, change)
    }

    /// The same for what makes nothing worse: of a model of which nothing is remembered there is nothing to mend.
    private mutating func mend(_ model: String, _ change: (inout Model) -> Void) {
        if let known = known(model) { keep(known, model, change) }
    }

    private mutating func keep(_ state: Model, _ model: String, _ change: (inout Model) -> Void) {
        var state = state
        change(&state)
        models[model] = state.isDead || !state.cooldown.isClear ? state : nil
    }

    /// Most providers are well, and nothing is remembered of any model.
    private func known(_ model: String) -> Model? { models.isEmpty ? nil : models[model] }
}
