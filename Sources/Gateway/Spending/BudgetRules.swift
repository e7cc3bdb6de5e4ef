package import Media

/// Who may spend how much: the budgets of keys and tiers, as they bind each key.
package struct BudgetRules: Sendable {
    /// Whose spending a limit is about.
    enum Scope: Sendable, Hashable {
        case key(String)
        /// All keys of a tier together.
        case tier(String)
        case provider(String)
    }

    private struct Rule: Sendable {
        var tier: String
        var budget: Budget
    }

    private let rules: [String: Rule]
    private let shared: [String: Budget]
    /// Of keys that are not written, such as the environment's.
    private let standard: Budget

    /// - Parameters:
    ///   - keys: with the names that callers have.
    ///   - tiers: by name.
    package init(keys: [KeySettings] = [], tiers: [String: TierSettings] = [:]) {
        rules = Dictionary(
            keys.map { key in
                let tier = tiers[key.tier] == nil ? "default" : key.tier
                return (key.name, Rule(tier: tier, budget: key.budget.or(tiers[tier]?.budget ?? Budget())))
            }
        ) { first, _ in first }
        shared = tiers.compactMapValues { $0.sharedBudget.isEmpty ? nil : $0.sharedBudget }
        standard = tiers["default"]?.budget ?? Budget()
    }

    /// No key is limited.
    var isEmpty: Bool { standard.isEmpty && shared.isEmpty && rules.values.allSatisfy(\.budget.isEmpty) }

    /// The tier of a key's name.
    func tier(of owner: String) -> String { rules[owner]?.tier ?? "default" }

    /// Every limit that binds a key; empty: none does.
    func limits(of owner: String) -> [(scope: Scope, budget: Budget)] {
        let own = rules[owner]?.budget ?? standard
        let tier = tier(of: owner)
        return (own.isEmpty ? [] : [(.key(owner), own)]) + (shared[tier].map { [(.tier(tier), $0)] } ?? [])
    }
}
