import Gateway
import HTTP
import Media
import Providers
import Transport

/// A provider with what all loops share of it.
struct ConfiguredProvider: Sendable {
    let settings: ProviderSettings
    let provider: any Provider
    let tls: TLSContext?
    /// What is known of its models, by upstream name.
    let facts: [String: ModelFacts]
    let tokens = TokenCache()

    /// What a download of a result may carry: the key, or the token that stands in its place.
    @Sendable func credentials(for url: HTTPURL) -> HTTPFields {
        var fields = ProviderRegistry.credentials(of: settings, for: url)
        let isOwn = ProviderRegistry.ownOrigin(of: settings)?.carriesCredentials(to: url) ?? false
        if isOwn, let token = tokens.token(at: .now) { fields.set(.authorization, "Bearer \(token.value)") }
        return fields
    }
}

extension ProviderSettings {
    /// A server of somebody else that only speaks like the service: what is known of the service's models does not hold there.
    var isForeignServer: Bool { type == "openai" && baseURL != nil }
}
