package import HTTP
package import Media
import Transport

/// The proof that an event comes from us and is whole: the symmetric scheme of Standard Webhooks.
package enum WebhookSignature {
    /// `webhook-id`, `webhook-timestamp` and `webhook-signature` of one delivery; nil: the secret is none.
    /// - Parameters:
    ///   - id: the same in every delivery of an event.
    ///   - timestamp: of this delivery; seconds since 1970.
    ///   - body: as it is sent, byte for byte.
    ///   - secret: `whsec_` and base64.
    package static func fields(id: String, timestamp: Int, body: [UInt8], secret: Secret) -> HTTPFields? {
        guard let key = key(of: secret) else { return nil }
        let code = HMACSHA256.code(of: Array("\(id).\(timestamp).".utf8) + body, key: key)
        return ["webhook-id": id, "webhook-timestamp": String(timestamp), "webhook-signature": "v1,\(Base64.encode(code))"]
    }

    private static func key(of secret: Secret) -> [UInt8]? {
        guard secret.value.hasPrefix("whsec_") else { return nil }
        return try? Base64.decode(secret.value.dropFirst(6))
    }
}
