import HTTP
import Media

/// Who may call, and how much.
struct Access {
    var authentication: Authentication
    var keys: [KeySettings]
    var environmentKey: Secret?
    /// Signs the webhook events of that key, and of callers without one.
    var environmentWebhookSecret: Secret?
    var tiers: [String: TierSettings]
    /// There is no key at all, and nobody wrote that this is meant.
    var isOpenByDefault: Bool

    init(_ root: Section<RootKey>, context: ReadingContext) {
        tiers = Self.tiers(root)
        keys = Self.keys(root, tiers: tiers)
        environmentKey = Self.variable(ConfigurationLoader.keyVariable, context) { text throws(InvalidValue) in
            Secret(try Parse.token(text))
        }
        environmentWebhookSecret = Self.variable(ConfigurationLoader.webhookSecretVariable, context, Self.webhookSecret)
        let written: Authentication? = root.value(.auth, Parse.choice)
        let hasKeys = !root.elements(.keys).isEmpty || context.variable(ConfigurationLoader.keyVariable) != nil
        switch (written, hasKeys) {
        case (.required?, false): root.mistake(.auth, "keys are required, but none is configured: add keys or set ZOETROPE_API_KEY")
        case (.open?, true): root.mistake(.auth, "none would ignore the keys that are configured; remove it or them")
        case (_, _): break
        }
        authentication = written ?? (hasKeys ? .required : .open)
        isOpenByDefault = !root.has(.auth) && !hasKeys
    }

    /// The secret in a variable; nil where it is not set, or wrong.
    private static func variable(
        _ name: String, _ context: ReadingContext, _ parse: (String) throws(InvalidValue) -> Secret
    ) -> Secret? {
        guard let text = context.variable(name) else { return nil }
        do throws(InvalidValue) {
            return try parse(text)
        } catch {
            context.report.add("the value \(error.message)", key: name, line: nil)
            return nil
        }
    }

    /// Who calls by `ZOETROPE_API_KEY`, and who calls without any key.
    private static let reserved: Set<String> = ["environment", "anonymous"]

    private static func tiers(_ root: Section<RootKey>) -> [String: TierSettings] {
        var tiers = ["default": TierSettings()]
        for member in root.members(.tiers) {
            let path = KeyPathText.member(member.name, of: root.path(of: .tiers))
            Names.check(member, at: path, report: root.report)
            let section = Section<TierKey>(member.value, at: path, report: root.report)
            tiers[member.name] = TierSettings(
                requestsPerMinute: section.integer(.requestsPerMinute, in: 1...10_000_000),
                concurrentTasks: section.integer(.concurrentTasks, in: 1...1_000_000),
                budget: Budget(section.section(.budget)), sharedBudget: Budget(section.section(.sharedBudget)))
        }
        return tiers
    }

    private static func keys(_ root: Section<RootKey>, tiers: [String: TierSettings]) -> [KeySettings] {
        var keys: [KeySettings] = []
        for (index, node) in root.elements(.keys).enumerated() {
            let path = KeyPathText.element(index, of: root.path(of: .keys))
            let section = Section<APIKeyKey>(node, at: path, report: root.report)
            for key in [APIKeyKey.name, .sha256] where !section.has(key) { section.mistake(key, "is missing") }
            guard let key = key(section, tiers: tiers) else { continue }
            if Self.reserved.contains(key.name) {
                section.mistake(.name, "\"\(key.name)\" is the name of callers without a key in this file")
            }
            if keys.contains(where: { $0.name == key.name }) { section.mistake(.name, "\"\(key.name)\" is the name of another key, too") }
            if keys.contains(where: { $0.digest == key.digest }) { section.mistake(.sha256, "another key has the same digest") }
            keys.append(key)
        }
        return keys
    }

    /// nil where name or digest are missing or wrong.
    private static func key(_ section: Section<APIKeyKey>, tiers: [String: TierSettings]) -> KeySettings? {
        let name = section.value(.name, Parse.name)
        let digest = section.value(.sha256, isSecret: true, Self.digest)
        let secret = section.value(.webhookSecret, isSecret: true, Self.webhookSecret)
        let tier = section.value(.tier) { name throws(InvalidValue) in
            guard tiers[name] == nil else { return name }
            throw InvalidValue("is no tier\(Suggestion.text(for: name, among: tiers.keys))")
        }
        let role: KeyRole? = section.value(.role, Parse.choice)
        let budget = Budget(section.section(.budget))
        guard let name, let digest else { return nil }
        return KeySettings(
            name: name, digest: digest, tier: tier ?? "default", role: role ?? .user, webhookSecret: secret, budget: budget)
    }

    private static func digest(_ text: String) throws(InvalidValue) -> [UInt8] {
        let digits = Array(text.utf8).compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        guard digits.count == 64, text.utf8.count == 64 else { throw InvalidValue("is not a SHA-256 of 64 hexadecimal digits") }
        return stride(from: 0, to: 64, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    private static func webhookSecret(_ text: String) throws(InvalidValue) -> Secret {
        let bytes = text.hasPrefix("whsec_") ? try? Base64.decode(text.dropFirst(6)) : nil
        guard let bytes, (12...192).contains(bytes.count) else { throw InvalidValue("is not whsec_ and base64 of 12 bytes or more") }
        return Secret(text)
    }
}
