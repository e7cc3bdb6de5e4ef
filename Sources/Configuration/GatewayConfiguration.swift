package import HTTP
package import Media

/// Everything the operator wrote, checked, with defaults for the rest.
package struct GatewayConfiguration: Sendable {
    package var server: ServerSettings
    package var storage: StorageSettings
    package var fallback: FallbackSettings
    package var fetch: FetchSettings
    package var defaults: ModelDefaults
    /// In the file's order; the built-in `test` is always among them.
    package var providers: [ProviderSettings]
    package var models: ModelCatalogue
    /// What is known of models at their providers.
    package var catalogue: Catalogue
    package var authentication: Authentication
    /// Nobody needs a key, and nobody wrote that: only this machine can call.
    package var isLocal: Bool
    package var keys: [KeySettings]
    /// `ZOETROPE_API_KEY`: one more key, of the tier `default`.
    package var environmentKey: Secret?
    /// `ZOETROPE_WEBHOOK_SECRET`: signs the webhook events of that key, and of callers without one.
    package var environmentWebhookSecret: Secret?
    /// Always with `default`.
    package var tiers: [String: TierSettings]
    /// `OTEL_EXPORTER_OTLP_ENDPOINT` and its like: where spans are exported to; nil: nowhere.
    package var traces: TraceSettings?
    /// What results count as whose price is not known.
    package var assumedPrice: AssumedPrice
    /// What was left out although the environment names it, in one line each.
    package var notices: [String]
}

/// The face towards clients.
package struct ServerSettings: Sendable, Hashable {
    /// At least one.
    package var listen: [ListenAddress]
    /// Base of the URLs handed to clients; nil: follows the listener.
    package var publicURL: HTTPURL?
    /// Event loops; nil: one for each core.
    package var loops: Int?
    package var tls: TLSFiles?
    package var limits: Limits
    package var timeouts: Timeouts
    /// nil: no CORS fields are sent.
    package var cors: CORSSettings?

    /// PEM files.
    package struct TLSFiles: Sendable, Hashable {
        package var certificate: String
        package var key: String
    }

    package struct Limits: Sendable, Hashable {
        /// Bytes of request line and header fields.
        package var header = 32 << 10
        /// Bytes of any body.
        package var body = 512 << 20
        /// Bytes of a JSON body.
        package var json = 64 << 20
        /// Bytes of one uploaded file.
        package var file = 50 << 20
        /// Open connections of clients.
        package var connections = 20_000
    }

    package struct Timeouts: Sendable, Hashable {
        /// From a request's first byte to the end of its head.
        package var header: Duration = .seconds(10)
        /// Between requests, and between the bytes of a body.
        package var idle: Duration = .seconds(75)
        /// For running calls after SIGTERM.
        package var drain: Duration = .seconds(30)
    }
}

/// Which web pages may call the gateway from a browser.
package struct CORSSettings: Sendable, Hashable {
    /// Origins such as `https://app.example`, or `*` alone.
    package var allowOrigins: [String]
}

/// Where things are kept.
package struct StorageSettings: Sendable, Hashable {
    /// The SQLite file of tasks; relative to the working directory unless it starts with a slash.
    package var databasePath = "data/zoetrope.db"
    /// Relative to the working directory unless it starts with a slash.
    package var mediaFolder = "data/media"
    package var retention: Duration = .seconds(7 * 86_400)
}
