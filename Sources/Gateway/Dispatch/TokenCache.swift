import HTTP
package import Media
import Synchronization
package import Transport

/// A provider's token while it holds.
package final class TokenCache: Sendable {
    /// Tokens are renewed so long before they end.
    private static let margin = Duration.seconds(60)

    /// How long whoever renews a token may take before another tries.
    private static let patience = Duration.seconds(20)

    private struct Held {
        var value: Secret
        /// When somebody is to get a new one.
        var renewal: Instant
        var end: Instant
    }

    private let held = Mutex<Held?>(nil)

    package init() {}

    /// nil: there is none that holds.
    package func token(at now: Instant) -> Secret? {
        held.withLock { held in
            guard let token = held, token.end > now else { return nil }
            return token.value
        }
    }

    /// The same; nil also for the one asker who is to renew a token that ends soon, while all others go on with it.
    func tokenOrTurn(at now: Instant) -> Secret? {
        held.withLock { held in
            guard let token = held, token.end > now else { return nil }
            guard now >= token.renewal else { return token.value }
            held?.renewal = now + Self.patience
            return nil
        }
    }

    /// A token of a short life serves for half of it.
    func keep(_ token: AccessToken, at now: Instant) {
        let renewal = now + max(token.lifetime - Self.margin, token.lifetime / 2)
        held.withLock { $0 = Held(value: token.value, renewal: renewal, end: now + token.lifetime) }
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
