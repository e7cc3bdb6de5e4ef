package import HTTP

/// What the operator wrote about one provider.
package struct ProviderSettings: Sendable {
    /// The key under `providers:`.
    package var name: String
    package var type: String
    /// nil: the provider's own.
    package var baseURL: HTTPURL?
    package var apiKey: Secret?
    package var headers: [(name: String, value: String)]
    /// One attempt, from first byte sent to last byte read.
    package var timeout: Duration
    package var connectTimeout: Duration
    /// nil: unlimited.
    package var maximumConcurrent: Int?
    /// Calls that may wait for a free place.
    package var maximumQueue: Int
    package var caFile: String?
    package var proxy: HTTPURL?
    /// Of models of which nothing else is known; of the built-in provider, nothing is to be paid.
    package var price: Price?
    /// Settings of this type alone: `organization`, `project`...
    package var options: [String: String]
    /// The same, where they must not be printed.
    package var secrets: [String: Secret]
    /// What files of the operator's hold, by option or by file name.
    package var documents: [String: [UInt8]]
    /// Seconds since 1970, for what is signed or dated.
    package var now: @Sendable () -> Int
    /// For seeds and tokens that nobody may guess or repeat.
    package var random: @Sendable () -> UInt64

    package init(
        name: String, type: String, baseURL: HTTPURL? = nil, apiKey: Secret? = nil, headers: [(name: String, value: String)] = [],
        timeout: Duration = .seconds(180), connectTimeout: Duration = .seconds(5), maximumConcurrent: Int? = nil, maximumQueue: Int = 64,
        caFile: String? = nil, proxy: HTTPURL? = nil, options: [String: String] = [:],
        secrets: [String: Secret] = [:], documents: [String: [UInt8]] = [:], now: @escaping @Sendable () -> Int = WallClock.now,
        random: @escaping @Sendable () -> UInt64 = { UInt64.random(in: .min ... .max) }
    ) {
        self.name = name
        self.type = type
        self.baseURL = baseURL
        self.apiKey = apiKey
        self.headers = headers
        self.timeout = timeout
        self.connectTimeout = connectTimeout
        self.maximumConcurrent = maximumConcurrent
        self.maximumQueue = maximumQueue
        self.caFile = caFile
        self.proxy = proxy
        price = type == ProviderSettings.builtinType ? Price(image: 0, second: 0) : nil
        self.options = options
        self.secrets = secrets
        self.documents = documents
        self.now = now
        self.random = random
    }
}

extension ProviderSettings {
    /// The type that draws by itself.
    package static let builtinType = "test"
}

/// A text that must not be printed: its description hides it.
package struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
    package let value: String

    package init(_ value: String) {
        self.value = value
    }

    package var description: String { "[secret]" }
    package var debugDescription: String { description }
}

/// A mistake in what the operator wrote, without its place; the configuration adds file, line and key.
package struct ConfigurationError: Error, Sendable, Hashable {
    /// The key below the provider, such as `base_url`; nil for the provider as a whole.
    package var key: String?
    package var message: String

    package init(key: String? = nil, _ message: String) {
        self.key = key
        self.message = message
    }
}
