/// Whether callers must show a key.
package enum Authentication: String, Sendable, CaseIterable {
    case required
    /// Written `none`: everybody who reaches the listener may call.
    case open = "none"
}

/// What a key may see beyond its own calls.
package enum KeyRole: String, Sendable, CaseIterable {
    /// Its own tasks.
    case user
    /// An operator: the tasks of all keys, the details of providers, the metrics.
    case admin
}

/// One API key. The key itself is known to its holder alone.
package struct KeySettings: Sendable, Hashable {
    package var name: String
    /// SHA-256 of the key: 32 bytes.
    package var digest: [UInt8]
    /// The name of a tier that exists.
    package var tier: String
    package var role: KeyRole
    /// Signs this key's webhook events; `whsec_` and base64.
    package var webhookSecret: Secret?
    /// In place of the tier's, period by period.
    package var budget: Budget

    package init(
        name: String, digest: [UInt8], tier: String = "default", role: KeyRole = .user, webhookSecret: Secret? = nil,
        budget: Budget = Budget()
    ) {
        self.name = name
        self.digest = digest
        self.tier = tier
        self.role = role
        self.webhookSecret = webhookSecret
        self.budget = budget
    }
}

/// What a key of this tier may use up.
package struct TierSettings: Sendable, Hashable {
    /// nil: unlimited.
    package var requestsPerMinute: Int?
    /// nil: unlimited.
    package var concurrentTasks: Int?
    /// Of each key of the tier.
    package var budget: Budget
    /// Of all keys of the tier together.
    package var sharedBudget: Budget

    package init(
        requestsPerMinute: Int? = nil, concurrentTasks: Int? = nil, budget: Budget = Budget(), sharedBudget: Budget = Budget()
    ) {
        self.requestsPerMinute = requestsPerMinute
        self.concurrentTasks = concurrentTasks
        self.budget = budget
        self.sharedBudget = sharedBudget
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
