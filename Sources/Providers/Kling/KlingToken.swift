import HTTP
import Media
import Transport

/// What stands behind `Bearer`: signed anew for every request, so that none is ever too old.
struct KlingToken: Sendable {
    private let accessKey: String
    private let secretKey: [UInt8]
    private let now: @Sendable () -> Int

    /// nil where there is an API key, or no pair of keys.
    /// - Throws: where only one of the pair is set.
    init?(_ settings: ProviderSettings) throws(ConfigurationError) {
        guard settings.apiKey == nil else { return nil }
        let access = settings.secrets["access_key"]?.value ?? ""
        let secret = settings.secrets["secret_key"]?.value ?? ""
        if access.isEmpty, secret.isEmpty { return nil }
        guard !access.isEmpty else { throw ConfigurationError(key: "access_key", "is required with secret_key") }
        guard !secret.isEmpty else { throw ConfigurationError(key: "secret_key", "is required with access_key") }
        accessKey = access
        secretKey = Array(secret.utf8)
        now = settings.now
    }

    /// Good for half an hour, and from five seconds ago on.
    func value() -> String {
        let now = now()
        return JSONWebToken.signed(
            header: ["alg": "HS256", "typ": "JWT"],
            claims: ["iss": .string(accessKey), "exp": .integer(now + 1800), "nbf": .integer(now - 5)]
        ) { HMACSHA256.code(of: $0, key: secretKey) }
    }
}
