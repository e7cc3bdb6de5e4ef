import HTTP
import Media

extension APIError {
    /// What a caller is told whose budget has no room for the call.
    init(_ refusal: SpendingBook.Refusal, estimate: Amount) {
        let whose = refusal.isShared ? "The tier of this key" : "This key"
        let taken = Money.text(Money.rounded(refusal.taken.dollars))
        self.init(
            402, type: "budget", code: "budget_exceeded",
            """
            \(whose) may spend $\(Money.text(refusal.limit)) a \(refusal.period.rawValue); $\(taken) of it is spent or in use, and this call \
            may cost $\(Money.text(Money.rounded(estimate.dollars))). A new \(refusal.period.rawValue) begins on \(refusal.ends) (UTC).
            """, shouldRetry: false)
    }
}

extension SpendingLedger {
    /// From where on a budget's use is told with every answer: percent.
    private static let warningLevel = 80

    /// `day=82%, month=91%` of the limits that bind a key most; nil below the warning level, and without limits.
    func warning(for owner: String) -> String? {
        guard binds(owner) else { return nil }
        let limits = limits(of: owner)
        let days = limits.compactMap { limit in limit.budget.day.map { percent(limit.account.day, of: $0) } }
        let months = limits.compactMap { limit in limit.budget.month.map { percent(limit.account.month, of: $0) } }
        let told = [("day", days.max()), ("month", months.max())].compactMap { name, percent in
            percent.flatMap { $0 >= SpendingLedger.warningLevel ? "\(name)=\($0)%" : nil }
        }
        return told.isEmpty ? nil : told.joined(separator: ", ")
    }

    private func percent(_ spent: Amount, of limit: Double) -> Int {
        guard limit > 0 else { return 100 }
        return Int(min(spent.dollars / limit * 100, 1_000_000))
    }
}

extension HTTPFieldName {
    static let zoetropeBudget: HTTPFieldName = "x-zoetrope-budget"
}
