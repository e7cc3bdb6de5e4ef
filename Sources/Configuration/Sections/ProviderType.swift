/// What the configuration knows about a provider type beyond the settings that all types take.
struct ProviderType {
    /// Holds the key where neither `api_key` nor `base_url` is written; nil: the type needs no key.
    var keyVariable: String?
    /// Keys of this type alone.
    var options: [String] = []

    /// The built-in type, and the name of its provider.
    static let test = "test"

    private static let known: [String: ProviderType] = [
        "openai": ProviderType(keyVariable: "OPENAI_API_KEY", options: ["organization", "project"]),
        "imagerouter": ProviderType(keyVariable: "IMAGEROUTER_API_KEY"),
        "infron": ProviderType(keyVariable: "INFRON_API_KEY"),
    ]

    /// The types that are used without a file when their variable is set, in the order of their routes.
    static let automatic = ["openai", "imagerouter", "infron"]

    static func named(_ name: String) -> ProviderType { known[name] ?? ProviderType() }

    /// Options of all types, each once.
    static var allOptions: [String] { Set(known.values.flatMap(\.options)).sorted() }
}
