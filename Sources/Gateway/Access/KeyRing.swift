package import HTTP
package import Media
import Transport

/// Who calls: the name under which results are owned and logged.
/// A class, for it waits in many frames at once.
package final class Caller: Sendable, Equatable {
    package let name: String
    package let tier: String
    /// Sees the tasks of all keys, the details of providers, and the metrics.
    package let isOperator: Bool

    package init(name: String, tier: String = "default", isOperator: Bool = false) {
        self.name = name
        self.tier = tier
        self.isOperator = isOperator
    }

    /// Everybody, where no key is asked for; an operator, for nobody can be told from the operator there.
    package static let anonymous = Caller(name: "anonymous", isOperator: true)

    /// Whose tasks the caller may see under the paths of tasks; nil: everybody's.
    var visibleOwner: String? { isOperator ? nil : name }

    package static func == (one: Caller, other: Caller) -> Bool {
        one === other || (one.name == other.name && one.tier == other.tier && one.isOperator == other.isOperator)
    }
}

/// The keys that open the gateway, as digests.
package struct KeyRing: Sendable {
    private let keys: [(digest: [UInt8], caller: Caller)]
    private let isOpen: Bool

    /// - Parameter isOpen: callers need no key; one that is shown must still be right.
    package init(keys: [KeySettings], isOpen: Bool) {
        self.keys = keys.map { ($0.digest, Caller(name: $0.name, tier: $0.tier, isOperator: $0.role == .admin)) }
        self.isOpen = isOpen
    }

    /// nil: refused. Takes as long for every wrong key.
    package func caller(_ fields: HTTPFields) -> Caller? {
        guard let key = KeyRing.key(in: fields), !keys.isEmpty else { return isOpen ? .anonymous : nil }
        let digest = SHA256.digest(of: key.span)
        var found: Int?
        for index in keys.indices where equalInConstantTime(keys[index].digest, digest) { found = index }
        return found.map { keys[$0].caller }
    }

    /// `Authorization: Bearer KEY` or the bare `Authorization: KEY`.
    static func key(in fields: HTTPFields) -> ArraySlice<UInt8>? {
        guard let value = fields.bytes(of: .authorization) else { return nil }
        guard let space = value.firstIndex(of: UInt8(ascii: " ")) else { return value }
        guard isBearer(value.span.extracting(first: space - value.startIndex)) else { return nil }
        return value[space...].drop { $0 == UInt8(ascii: " ") }
    }

    private static let bearer = Array("bearer".utf8)

    /// In any case (RFC 9110 §11.1).
    private static func isBearer(_ scheme: Swift.Span<UInt8>) -> Bool {
        let bearer = bearer.span
        return scheme.count == bearer.count && bearer.indices.allSatisfy { scheme[$0] | 0x20 == bearer[$0] }
    }
}
