import Media

/// The provider types that the configuration knows.
struct ProviderTypes {
    /// In the order of their routes where the environment names the providers.
    private let known: [(type: String, description: ProviderDescription?)]

    /// The built-in type, and the name of its provider.
    static let test = ProviderSettings.builtinType

    init(_ known: [(type: String, description: ProviderDescription?)]) {
        self.known = known
    }

    /// In their order.
    var names: [String] { known.map(\.type) }

    /// nil for an unknown type, and for the built-in one.
    func description(of type: String) -> ProviderDescription? {
        known.first { $0.type == type }?.description
    }

    /// The types that the variables in an environment are enough for.
    func automatic(isSet: (String) -> Bool) -> [String] {
        known.filter { entry in entry.description?.automatic.contains { $0.allSatisfy(isSet) } ?? false }.map(\.type)
    }
}
