/// The names that one section of the configuration knows.
protocol SectionKey: RawRepresentable<String>, CaseIterable, Hashable {}

enum RootKey: String, SectionKey {
    case auth, server, storage, fallback, fetch, defaults, catalogue, providers, models, aliases, tiers, keys
    case assumedPrice = "assumed_price"
}

enum ServerKey: String, SectionKey {
    case listen, loops, tls, limits, timeouts, cors
    case publicURL = "public_url"
}

enum TLSKey: String, SectionKey { case certificate, key }

enum LimitsKey: String, SectionKey { case header, body, json, file, connections }

enum TimeoutsKey: String, SectionKey { case header, idle, drain }

enum CORSKey: String, SectionKey {
    case allowOrigins = "allow_origins"
}

enum StorageKey: String, SectionKey { case database, media, retention }

enum FallbackKey: String, SectionKey { case deadline, ambiguous, attempts, cooldown }

enum AmbiguousKey: String, SectionKey { case images, videos }

enum FetchKey: String, SectionKey {
    case allow
    case maximumBytes = "max_bytes"
}

enum DefaultsKey: String, SectionKey { case image, video }

enum ProviderKey: String, SectionKey {
    case type, headers, timeout, proxy, price
    case baseURL = "base_url"
    case apiKey = "api_key"
    case connectTimeout = "connect_timeout"
    case maximumConcurrent = "max_concurrent"
    case maximumQueue = "max_queue"
    case caFile = "ca_file"
}

enum ModelKey: String, SectionKey {
    case route, price, ambiguous
    case fallsBackOnModeration = "fallback_on_moderation"
}

enum PriceKey: String, SectionKey { case image, second, megapixel, quality }

/// Of a catalogue file.
enum CatalogueKey: String, SectionKey { case models, aliases }

/// Of a model in a catalogue, and of each of its offers.
enum CatalogueModelKey: String, SectionKey { case model, offers, operations, inputs, count, sizes, seconds, mask, price }

enum CatalogueAliasKey: String, SectionKey { case model, notice }

enum TierKey: String, SectionKey {
    case requestsPerMinute = "requests_per_minute"
    case concurrentTasks = "concurrent_tasks"
    case budget
    case sharedBudget = "shared_budget"
}

enum BudgetKey: String, SectionKey { case day, month }

enum AssumedPriceKey: String, SectionKey { case image, second }

enum APIKeyKey: String, SectionKey {
    case name, sha256, tier, role, budget
    case webhookSecret = "webhook_secret"
}

/// All keys that may be written.
enum KnownKeys {
    /// As paths, with `NAME` for what the operator names; without those that only some types of providers have.
    static let paths: [String] =
        paths(RootKey.self) + paths(ServerKey.self, in: "server.") + paths(TLSKey.self, in: "server.tls.")
        + paths(LimitsKey.self, in: "server.limits.") + paths(TimeoutsKey.self, in: "server.timeouts.")
        + paths(CORSKey.self, in: "server.cors.") + paths(StorageKey.self, in: "storage.") + paths(FallbackKey.self, in: "fallback.")
        + paths(AmbiguousKey.self, in: "fallback.ambiguous.") + paths(FetchKey.self, in: "fetch.")
        + paths(DefaultsKey.self, in: "defaults.") + paths(ProviderKey.self, in: "providers.NAME.")
        + paths(ModelKey.self, in: "models.NAME.")
        + paths(PriceKey.self, in: "models.NAME.price.") + paths(PriceKey.self, in: "providers.NAME.price.")
        + paths(AssumedPriceKey.self, in: "assumed_price.") + paths(TierKey.self, in: "tiers.NAME.")
        + paths(BudgetKey.self, in: "tiers.NAME.budget.") + paths(BudgetKey.self, in: "tiers.NAME.shared_budget.")
        + paths(APIKeyKey.self, in: "keys[].") + paths(BudgetKey.self, in: "keys[].budget.")

    private static func paths<Key: SectionKey>(_ keys: Key.Type, in section: String = "") -> [String] {
        keys.allCases.map { section + $0.rawValue }
    }
}
