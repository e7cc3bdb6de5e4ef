import Configuration
import HTTP
import Media
import Providers

/// What `zoetrope check` says of a configuration without mistakes. It tells where keys come from, and never what they are.
struct CheckReport {
    private let configuration: GatewayConfiguration
    private let environment: [String: String]

    init(_ configuration: GatewayConfiguration, environment: [String: String]) {
        self.configuration = configuration
        self.environment = environment
    }

    var text: String {
        let models = configuration.models
        let sections = [
            ("Providers", configuration.providers.map(line)), ("Models and their routes", RouteTable.routes(of: models)),
            ("Aliases", RouteTable.aliases(of: models)), ("Defaults of requests without a model", defaults), ("API keys", keys),
            ("Notes", configuration.notices + unserved),
        ]
        let written = sections.filter { !$0.1.isEmpty }.map { title, lines in
            "\n\(title):\n" + lines.map { "  \($0)" }.joined(separator: "\n")
        }
        return (["The configuration is good."] + written).joined(separator: "\n")
    }

    private var defaults: [String] {
        let none = "none, such requests are refused"
        return ["images  =  \(configuration.defaults.image ?? none)", "videos  =  \(configuration.defaults.video ?? none)"]
    }

    private var keys: [String] {
        guard configuration.authentication == .required else {
            if configuration.isLocal { return ["none: whoever is on this machine may call"] }
            return ["not asked for, by `auth: none`: everybody who reaches a listener may call"]
        }
        let named = configuration.keys.map { "\($0.name)  (tier \($0.tier)\($0.role == .admin ? ", an operator's" : ""))" }
        let variable =
            configuration.environmentKey == nil
            ? [] : ["environment  (tier default, an operator's, from \(ConfigurationLoader.keyVariable))"]
        return named + variable
    }

    /// How much of the catalogue is out of reach.
    private var unserved: [String] {
        let served = Set(configuration.models.names)
        let count = configuration.catalogue.models.filter { !served.contains($0.name) }.count
        return count == 0 ? [] : ["well-known models without a route here: \(count) of \(configuration.catalogue.models.count)"]
    }

    private func line(_ provider: ProviderSettings) -> String {
        guard provider.type != TestProvider.type else { return "\(provider.name)  built in" }
        let sources = KeySources(of: provider, environment: environment).texts
        let address = provider.baseURL.map { "\($0)" } ?? "its own address"
        return "\(provider.name)  \(provider.type) at \(address)  \(sources.isEmpty ? "no key" : sources.joined(separator: ", "))"
    }
}

/// Where the keys of a provider come from, in words.
private struct KeySources {
    private let provider: ProviderSettings
    private let environment: [String: String]
    private let description: ProviderDescription?

    init(of provider: ProviderSettings, environment: [String: String]) {
        self.provider = provider
        self.environment = environment
        description = ProviderRegistry.descriptions.first { $0.type == provider.type }?.description
    }

    var texts: [String] {
        let key = provider.apiKey.map { ["key \(source(of: $0, description?.keyVariable))"] } ?? []
        return key + (description?.options ?? []).compactMap(text)
    }

    private func text(of option: ProviderOption) -> String? {
        switch option.kind {
        case .secret: provider.secrets[option.name].map { "\(option.name) \(source(of: $0, option.variable))" }
        case .file: provider.documents[option.name] == nil ? nil : "\(option.name) from a file"
        case .text, .folder: nil
        }
    }

    /// A variable of the type that holds this very key is its source, whether or not the file names it.
    private func source(of secret: Secret, _ variable: String?) -> String {
        variable.flatMap { environment[$0] == secret.value ? "from \($0)" : nil } ?? "from the file"
    }
}
