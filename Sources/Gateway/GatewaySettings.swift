package import HTTP
package import Media

/// What the operator decided about the gateway itself.
package struct GatewaySettings: Sendable {
    package var models: ModelCatalogue
    package var defaults: ModelDefaults
    package var fallback: FallbackSettings
    /// Base of the URLs handed to clients.
    package var publicURL: HTTPURL
    package var limits: BodyLimits
    /// nil: no CORS fields are sent. `*` alone allows every origin.
    package var allowedOrigins: [String]?
    package var retention: Duration
    /// For bodies above 1 MiB while their request lasts, in files without names.
    package var spoolFolder: String
    /// What results count as whose price nobody knows.
    package var assumedPrice: AssumedPrice
    /// Nobody needs a key, because only this machine can call.
    package var isLocal: Bool

    package init(
        models: ModelCatalogue, defaults: ModelDefaults = ModelDefaults(), fallback: FallbackSettings = FallbackSettings(),
        publicURL: HTTPURL, limits: BodyLimits = BodyLimits(), allowedOrigins: [String]? = nil, retention: Duration = .seconds(604_800),
        spoolFolder: String, assumedPrice: AssumedPrice = AssumedPrice(), isLocal: Bool = false
    ) {
        self.models = models
        self.defaults = defaults
        self.fallback = fallback
        self.publicURL = publicURL
        self.limits = limits
        self.allowedOrigins = allowedOrigins
        self.retention = retention
        self.spoolFolder = spoolFolder
        self.assumedPrice = assumedPrice
        self.isLocal = isLocal
    }
}

/// Bytes that a request may bring.
package struct BodyLimits: Sendable, Hashable {
    /// All of it, decoded.
    package var body: Int
    /// A JSON body; the text fields of a form together.
    package var json: Int
    package var file: Int

    package init(body: Int = 512 << 20, json: Int = 64 << 20, file: Int = 50 << 20) {
        self.body = body
        self.json = json
        self.file = file
    }
}
