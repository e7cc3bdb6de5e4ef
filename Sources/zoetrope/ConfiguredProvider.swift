import Gateway
import Media
import Transport

/// A provider with what all loops share of it.
struct ConfiguredProvider: Sendable {
    let settings: ProviderSettings
    let provider: any Provider
    let tls: TLSContext?
    /// What is known of its models, by upstream name.
    let facts: [String: ModelFacts]
    let tokens = TokenCache()
}

extension ProviderSettings {
    /// A server of somebody else that only speaks like the service: what is known of the service's models does not hold there.
    var isForeignServer: Bool { type == "openai" && baseURL != nil }
}
