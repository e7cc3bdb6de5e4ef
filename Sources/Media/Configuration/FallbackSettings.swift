/// How far a call may go before it is given up.
package struct FallbackSettings: Sendable, Hashable {
    /// Whole call, all attempts.
    package var deadline: Duration
    /// Most attempts of one call.
    package var attempts: Int
    /// After an image whose outcome is unknown.
    package var ambiguousImages: AmbiguousRule
    /// After a submitted job or a video whose outcome is unknown.
    package var ambiguousVideos: AmbiguousRule
    /// First rest of a candidate that had no room and did not say for how long; doubles. nil: candidates never rest.
    package var cooldown: Duration?

    package init(
        deadline: Duration = .seconds(600), attempts: Int = 6, ambiguousImages: AmbiguousRule = .next,
        ambiguousVideos: AmbiguousRule = .stop, cooldown: Duration? = .seconds(5)
    ) {
        self.deadline = deadline
        self.attempts = attempts
        self.ambiguousImages = ambiguousImages
        self.ambiguousVideos = ambiguousVideos
        self.cooldown = cooldown
    }
}

/// What follows an attempt that may have been billed: give up, or try the next candidate and perhaps pay twice.
package enum AmbiguousRule: String, Sendable, CaseIterable { case stop, next }

/// Rules for addresses that clients and upstream answers name.
package struct FetchSettings: Sendable, Hashable {
    /// Exempt from the private-address rules.
    package var allow: FetchAllowList
    /// Bytes of one fetched file.
    package var maximumBytes: Int

    package init(allow: FetchAllowList = FetchAllowList(), maximumBytes: Int = 50 << 20) {
        self.allow = allow
        self.maximumBytes = maximumBytes
    }
}
