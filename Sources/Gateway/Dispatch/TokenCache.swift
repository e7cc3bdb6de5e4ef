import HTTP
package import Media
import Synchronization

/// A provider's token while it holds.
package final class TokenCache: Sendable {
    /// Tokens are renewed so long before they end.
    private static let margin = Duration.seconds(60)

    private struct Held {
        var value: Secret
        var end: ContinuousClock.Instant
    }

    private let held = Mutex<Held?>(nil)

    package init() {}

    /// nil: there is none, or it ends soon.
    package func token(at now: ContinuousClock.Instant) -> Secret? {
        held.withLock { held in
            guard let token = held, token.end > now else { return nil }
            return token.value
        }
    }

    /// A token of a short life serves for half of it.
    func keep(_ token: AccessToken, at now: ContinuousClock.Instant) {
        let end = now + max(token.lifetime - Self.margin, token.lifetime / 2)
        held.withLock { $0 = Held(value: token.value, end: end) }
    }

    /// Forgets the token of a request that was refused, unless another has taken its place.
    /// - Returns: whether the request carried a token of this kind at all.
    func drop(usedBy request: UpstreamRequest) -> Bool {
        guard let used = request.fields[.authorization] else { return false }
        return held.withLock { held in
            guard let token = held else { return true }
            if used == "Bearer \(token.value.value)" { held = nil }
            return true
        }
    }
}
