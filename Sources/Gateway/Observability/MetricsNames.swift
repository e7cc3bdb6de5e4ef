import HTTP
import Media

/// The names that may stand in labels: those of the configuration, so that nobody who calls can make new series.
struct MetricNames: Sendable {
    /// Stands for every model that a pattern let through.
    static let other = "other"

    /// Sorted.
    let providers: [String]
    /// What routes of models that are no patterns lead to, by provider.
    let candidates: [String: [Candidate]]
    private let known: Set<Candidate>

    init(models: ModelCatalogue, providers: some Sequence<String>) {
        self.providers = providers.sorted()
        known = Set(models.entries.flatMap(MetricNames.candidates))
        candidates = Dictionary(grouping: known, by: \.provider)
    }

    func provider(of candidate: Candidate) -> String {
        providers.contains(candidate.provider) ? candidate.provider : MetricNames.other
    }

    func model(of candidate: Candidate) -> String {
        known.contains(candidate) ? candidate.upstreamModel : MetricNames.other
    }

    private static func candidates(of entry: ModelEntry) -> [Candidate] {
        switch entry.pattern {
        case .name(let name): entry.route(for: name).candidates
        case .prefix: []
        }
    }

    /// `likeThis` as `like_this`.
    static func snakeCase(_ name: String) -> String {
        name.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
    }
}

extension Dialect {
    var metricName: String { rawValue.lowercased() }
}
