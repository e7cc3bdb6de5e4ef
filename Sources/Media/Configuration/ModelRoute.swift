/// A model with the candidates that serve it, in the order in which they are tried.
package struct ModelRoute: Sendable, Hashable {
    /// The model's own name: aliases resolved, patterns replaced by the name that was asked for.
    package var model: String
    package var candidates: [Candidate]
    package var policy: ModelPolicy

    package init(model: String, candidates: [Candidate], policy: ModelPolicy = ModelPolicy()) {
        self.model = model
        self.candidates = candidates
        self.policy = policy
    }
}

/// What the operator wrote about a model besides its route.
package struct ModelPolicy: Sendable, Hashable {
    /// What every candidate takes, in place of what the catalogue says.
    package var price: Price?
    /// What callers may ask of it; nil: whatever a candidate can do.
    package var operations: Set<GenerationRequest.Operation>?
    /// Overrides the rules of `FallbackSettings`; nil: they hold.
    package var ambiguous: AmbiguousRule?
    /// Whether a refusal of the content moves on to the next candidate.
    package var fallsBackOnModeration: Bool

    package init(
        price: Price? = nil, operations: Set<GenerationRequest.Operation>? = nil, ambiguous: AmbiguousRule? = nil,
        fallsBackOnModeration: Bool = false
    ) {
        self.price = price
        self.operations = operations
        self.ambiguous = ambiguous
        self.fallsBackOnModeration = fallsBackOnModeration
    }
}

/// One entry under `models`: a name, or a pattern that stands for many.
package struct ModelEntry: Sendable, Hashable {
    package var pattern: ModelPattern
    package var steps: [RouteStep]
    package var policy: ModelPolicy

    package init(pattern: ModelPattern, steps: [RouteStep], policy: ModelPolicy = ModelPolicy()) {
        self.pattern = pattern
        self.steps = steps
        self.policy = policy
    }

    /// The route of a model that this entry matches.
    package func route(for model: String) -> ModelRoute {
        let candidates = steps.map { Candidate(provider: $0.provider, upstreamModel: $0.upstreamModel ?? model) }
        return ModelRoute(model: model, candidates: candidates, policy: policy)
    }
}

/// One element of `route`: `provider` or `provider/upstream-model`.
package struct RouteStep: Sendable, Hashable {
    package var provider: String
    /// nil: the model's own name.
    package var upstreamModel: String?

    package init(provider: String, upstreamModel: String? = nil) {
        self.provider = provider
        self.upstreamModel = upstreamModel
    }
}

/// A model's name, or every name that starts alike.
package enum ModelPattern: Sendable, Hashable, CustomStringConvertible {
    case name(String)
    /// Written with a `*` at its end.
    case prefix(String)

    /// nil for an empty text, for white space and control bytes, and for a `*` anywhere but at the end.
    package init?(parsing text: String) {
        let stem = text.hasSuffix("*") ? text.dropLast() : text[...]
        guard !text.isEmpty, stem.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "*") }) else { return nil }
        self = stem.endIndex == text.endIndex ? .name(text) : .prefix(String(stem))
    }

    package var description: String {
        switch self {
        case .name(let name): name
        case .prefix(let prefix): prefix + "*"
        }
    }
}
