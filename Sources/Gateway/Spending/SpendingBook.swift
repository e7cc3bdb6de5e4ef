import Media

/// Who has spent what today and this month, and what running calls may still spend. Decides; keeps nothing beyond the process.
struct SpendingBook: Sendable {
    /// What was spent, and what is set aside.
    struct Account: Sendable, Hashable {
        var day = Amount.zero
        var month = Amount.zero
        var reserved = Amount.zero
    }

    /// A limit that leaves no room.
    struct Refusal: Sendable, Hashable, Error {
        enum Period: String, Sendable { case day, month }
        var period: Period
        var isShared: Bool
        var limit: Double
        /// With what running calls may spend.
        var taken: Amount
        /// When it begins anew.
        var ends: CalendarDay
    }

    private var today: CalendarDay
    private var accounts: [BudgetRules.Scope: Account] = [:]
    private var rules: BudgetRules
    /// What was booked since somebody last asked for an account: it is charged then, many attempts at a time.
    private var fresh: [(key: UsageKey, usage: Usage)] = []
    /// So many different keys are found without being hashed.
    private static let mostFresh = 16
    /// What is charged, and the store does not have yet.
    private var unsaved: [UsageKey: Usage] = [:]

    init(today: CalendarDay, rules: BudgetRules) {
        self.today = today
        self.rules = rules
    }

    func binds(_ owner: String) -> Bool { !rules.limits(of: owner).isEmpty }

    /// What earlier processes have spent this month.
    mutating func begin(with usage: [(key: UsageKey, cost: Amount)]) {
        for (key, cost) in usage { charge(cost, on: key.day, scopes: scopes(key)) }
    }

    /// Other limits; what is spent stays spent, and follows its key into another tier.
    mutating func take(_ rules: BudgetRules) {
        chargeFresh()
        self.rules = rules
        accounts = accounts.filter { if case .tier = $0.key { false } else { true } }
        for (scope, account) in accounts {
            guard case .key(let owner) = scope else { continue }
            accounts[.tier(rules.tier(of: owner)), default: Account()].add(account)
        }
    }

    /// Sets an amount aside, unless a limit stands in the way; what costs nothing is always free to go on.
    /// - Parameter isForced: whatever the limits say.
    mutating func reserve(
        _ amount: Amount, for owner: String, isForced: Bool = false, at day: CalendarDay
    ) throws(Refusal) {
        turn(to: day)
        chargeFresh()
        if !isForced, amount > .zero {
            for (scope, budget) in rules.limits(of: owner) { try check(scope, budget, amount) }
        }
        for scope in scopes(owner) { accounts[scope, default: Account()].reserved += amount }
    }

    mutating func release(_ amount: Amount, of owner: String) {
        for scope in scopes(owner) {
            guard var account = accounts[scope] else { continue }
            account.reserved = account.reserved - amount
            accounts[scope] = account == Account() ? nil : account
        }
    }

    /// Books what an attempt has used.
    mutating func add(_ usage: Usage, as key: UsageKey) {
        turn(to: key.day)
        if let index = fresh.lastIndex(where: { $0.key == key }) { return fresh[index].usage += usage }
        if fresh.count >= SpendingBook.mostFresh { chargeFresh() }
        fresh.append((key, usage))
    }

    private mutating func chargeFresh() {
        for (key, usage) in fresh {
            // A clock that went back is still within the day that has begun.
            charge(usage.cost, on: today, scopes: scopes(key))
            unsaved[key, default: Usage()] += usage
        }
        fresh.removeAll(keepingCapacity: true)
    }

    /// What is to be written, of which nothing is left here.
    mutating func takeUnsaved() -> [UsageKey: Usage] {
        chargeFresh()
        defer { unsaved = [:] }
        return unsaved
    }

    /// It could not be written: the next try takes it along.
    mutating func putBack(_ usage: [UsageKey: Usage]) {
        unsaved.merge(usage) { one, other in
            var sum = one
            sum += other
            return sum
        }
    }

    /// The account of a key or provider as of a day.
    mutating func account(_ scope: BudgetRules.Scope, at day: CalendarDay) -> Account {
        turn(to: day)
        chargeFresh()
        return accounts[scope] ?? Account()
    }

    /// The limits of a key with how far they are used up.
    mutating func limits(of owner: String, at day: CalendarDay) -> [(scope: BudgetRules.Scope, budget: Budget, account: Account)] {
        turn(to: day)
        chargeFresh()
        return rules.limits(of: owner).map { ($0.scope, $0.budget, accounts[$0.scope] ?? Account()) }
    }

    private func check(_ scope: BudgetRules.Scope, _ budget: Budget, _ amount: Amount) throws(Refusal) {
        let account = accounts[scope] ?? Account()
        let isShared = if case .tier = scope { true } else { false }
        if let limit = budget.day, account.day + account.reserved + amount > Amount(dollars: limit) {
            throw Refusal(period: .day, isShared: isShared, limit: limit, taken: account.day + account.reserved, ends: today.next)
        }
        if let limit = budget.month, account.month + account.reserved + amount > Amount(dollars: limit) {
            let taken = account.month + account.reserved
            throw Refusal(period: .month, isShared: isShared, limit: limit, taken: taken, ends: today.firstOfNextMonth)
        }
    }

    private func scopes(_ owner: String) -> [BudgetRules.Scope] { [.key(owner), .tier(rules.tier(of: owner))] }

    private func scopes(_ key: UsageKey) -> [BudgetRules.Scope] { scopes(key.owner) + [.provider(key.provider)] }

    private mutating func charge(_ cost: Amount, on day: CalendarDay, scopes: [BudgetRules.Scope]) {
        guard cost > .zero, day.firstOfMonth == today.firstOfMonth else { return }
        for scope in scopes {
            accounts[scope, default: Account()].month += cost
            if day == today { accounts[scope, default: Account()].day += cost }
        }
    }

    /// New days and months begin with nothing spent. A clock that goes back changes nothing.
    private mutating func turn(to day: CalendarDay) {
        guard day > today else { return }
        chargeFresh()
        let isNewMonth = day.firstOfMonth != today.firstOfMonth
        today = day
        accounts = accounts.compactMapValues { account in
            let left = Account(day: .zero, month: isNewMonth ? .zero : account.month, reserved: account.reserved)
            return left == Account() ? nil : left
        }
    }
}

extension SpendingBook.Account {
    fileprivate mutating func add(_ other: SpendingBook.Account) {
        day += other.day
        month += other.month
        reserved += other.reserved
    }
}
