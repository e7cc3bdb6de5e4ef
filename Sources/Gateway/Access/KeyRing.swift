package import HTTP
package import Media
import Transport

/// Who calls: the name under which results are owned and logged.
package struct Caller: Sendable, Hashable {
    package var name: String
    package var tier: String
    /// Sees the tasks of all keys, the details of providers, and the metrics.
    package var isOperator: Bool

    package init(name: String, tier: String = "default", isOperator: Bool = false) {
        self.name = name
        self.tier = tier
        self.isOperator = isOperator
    }

    /// Everybody, where no key is asked for; an operator, for nobody can be told from the operator there.
    package static let anonymous = Caller(name: "anonymous", isOperator: true)

    /// Whose tasks the caller may see under the paths of tasks; nil: everybody's.
    var visibleOwner: String? { isOperator ? nil : name }
}

/// The keys that open the gateway, as digests.
package struct KeyRing: Sendable {
    private let keys: [KeySettings]
    private let isOpen: Bool

    /// - Parameter isOpen: callers need no key; one that is shown must still be right.
    package init(keys: [KeySettings], isOpen: Bool) {
        self.keys = keys
        self.isOpen = isOpen
    }

    /// nil: refused. Takes as long for every wrong key.
    package func caller(_ fields: HTTPFields) -> Caller? {
        guard let key = KeyRing.key(in: fields) else { return isOpen ? .anonymous : nil }
        guard !keys.isEmpty else { return isOpen ? .anonymous : nil }
        let digest = SHA256.digest(of: Array(key.utf8))
        var found: KeySettings?
        for candidate in keys where equalInConstantTime(candidate.digest, digest) { found = candidate }
        return found.map { Caller(name: $0.name, tier: $0.tier, isOperator: $0.role == .admin) }
    }

    /// `Authorization: Bearer KEY` or the bare `Authorization: KEY`.
    static func key(in fields: HTTPFields) -> String? {
        guard let value = fields[.authorization] else { return nil }
        guard let space = value.utf8.firstIndex(of: UInt8(ascii: " ")) else { return value }
        guard value.utf8[..<space].elementsEqual("Bearer".utf8) || value[..<space].lowercased() == "bearer" else { return nil }
        return String(Substring(value.utf8[space...].drop { $0 == UInt8(ascii: " ") }))
    }
}
