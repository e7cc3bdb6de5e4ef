/// Whether callers must show a key.
package enum Authentication: String, Sendable, CaseIterable {
    case required
    /// Written `none`: everybody who reaches the listener may call.
    case open = "none"
}

/// One API key. The key itself is known to its holder alone.
package struct KeySettings: Sendable, Hashable {
    package var name: String
    /// SHA-256 of the key: 32 bytes.
    package var digest: [UInt8]
    /// The name of a tier that exists.
    package var tier: String
    /// Signs this key's webhook events; `whsec_` and base64.
    package var webhookSecret: Secret?

    package init(name: String, digest: [UInt8], tier: String = "default", webhookSecret: Secret? = nil) {
        self.name = name
        self.digest = digest
        self.tier = tier
        self.webhookSecret = webhookSecret
    }
}

/// What a key of this tier may use up.
package struct TierSettings: Sendable, Hashable {
    /// nil: unlimited.
    package var requestsPerMinute: Int?
    /// nil: unlimited.
    package var concurrentTasks: Int?

    package init(requestsPerMinute: Int? = nil, concurrentTasks: Int? = nil) {
        self.requestsPerMinute = requestsPerMinute
        self.concurrentTasks = concurrentTasks
    }
}

/// The models of requests that name none; nil: such a request is refused.
package struct ModelDefaults: Sendable, Hashable {
    package var image: String?
    package var video: String?

    package init(image: String? = nil, video: String? = nil) {
        self.image = image
        self.video = video
    }
}
