/// Well-known models, and which provider types carry them under which name.
package struct Catalogue: Sendable, Hashable {
    /// In the order in which they are listed.
    package var models: [CatalogueModel]
    /// Former names, by name.
    package var aliases: [String: CatalogueAlias]

    package init(models: [CatalogueModel] = [], aliases: [String: CatalogueAlias] = [:]) {
        self.models = models
        self.aliases = aliases
    }

    /// What is known of the models of a provider type, by upstream name.
    package func facts(of type: String) -> [String: ModelFacts] {
        let offers = models.flatMap(\.offers).filter { $0.type == type }
        return Dictionary(offers.map { ($0.upstreamModel, $0.facts) }) { first, _ in first }
    }

    /// Routes of the models that some of the providers carry.
    /// - Parameter providers: names and types.
    /// - Parameter ordered: candidates stand in the providers' order; else in the catalogue's.
    package func entries(through providers: [(name: String, type: String)], ordered: Bool) -> [ModelEntry] {
        models.compactMap { model in
            let steps = ordered ? providers.flatMap { model.steps(through: [$0]) } : model.steps(through: providers)
            return steps.isEmpty ? nil : ModelEntry(pattern: .name(model.name), steps: steps, policy: model.policy)
        }
    }
}

/// One model by the name that callers use.
package struct CatalogueModel: Sendable, Hashable {
    package var name: String
    /// What callers can ask of it; each has an offer that can do it.
    package var operations: Set<GenerationRequest.Operation>
    /// Who carries it, the preferred first; a provider may carry it under several names, each of which can do a part.
    package var offers: [CatalogueOffer]

    package init(name: String, operations: Set<GenerationRequest.Operation> = [], offers: [CatalogueOffer]) {
        self.name = name
        self.operations = operations
        self.offers = offers
    }

    fileprivate var policy: ModelPolicy { ModelPolicy(operations: operations.isEmpty ? nil : operations) }

    fileprivate func steps(through providers: [(name: String, type: String)]) -> [RouteStep] {
        offers.flatMap { offer in
            providers.filter { $0.type == offer.type }.map { RouteStep(provider: $0.name, upstreamModel: offer.upstreamModel) }
        }
    }
}

/// A model at a provider type.
package struct CatalogueOffer: Sendable, Hashable {
    package var type: String
    package var upstreamModel: String
    package var facts: ModelFacts

    package init(type: String, upstreamModel: String, facts: ModelFacts) {
        self.type = type
        self.upstreamModel = upstreamModel
        self.facts = facts
    }
}

/// A former name of a model.
package struct CatalogueAlias: Sendable, Hashable {
    package var model: String
    /// Told to callers who still use the name; nil: both names are good.
    package var notice: String?

    package init(model: String, notice: String? = nil) {
        self.model = model
        self.notice = notice
    }
}
