package import Media

/// Who has a secret that webhook events can be signed with.
package struct WebhookSecrets: Sendable {
    private var secrets: [String: Secret] = [:]

    /// The name of the key that stands in the environment.
    package static let environmentOwner = "environment"

    /// - Parameter environment: for the key of the environment, and for callers without a key.
    package init(keys: [KeySettings], environment: Secret?) {
        for owner in [WebhookSecrets.environmentOwner, Caller.anonymous.name] { secrets[owner] = environment }
        for key in keys { if let secret = key.webhookSecret { secrets[key.name] = secret } }
    }

    package func secret(of owner: String) -> Secret? { secrets[owner] }
}
