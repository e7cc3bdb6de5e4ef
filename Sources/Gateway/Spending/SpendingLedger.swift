package import Media
import Synchronization
package import Transport

/// Books what attempts cost, and holds keys to their budgets. One for the process.
package final class SpendingLedger: Sendable {
    let book: Mutex<SpendingBook>
    /// A budget limits some key.
    private let isLimiting: Atomic<Bool>
    /// nil: nothing is kept.
    let store: (any UsageStore)?
    /// Seconds since 1970.
    private let now: @Sendable () -> Int
    private let report: @Sendable (String) -> Void
    /// Of those that save.
    private let turn = SavingTurn()

    /// How long usage may be in memory alone.
    static let savingInterval = Duration.seconds(1)
    /// Days that usage is kept for.
    static let keptDays = 400
    /// Entries of one write.
    private static let mostAtOnce = 500

    package init(
        store: (any UsageStore)? = nil, rules: BudgetRules = BudgetRules(), now: @escaping @Sendable () -> Int = WallClock.now,
        report: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.store = store
        self.now = now
        self.report = report
        isLimiting = Atomic(!rules.isEmpty)
        book = Mutex(SpendingBook(today: CalendarDay(at: now()), rules: rules))
    }

    var today: CalendarDay { CalendarDay(at: now()) }

    /// Learns what was spent this month before this process began. Call before the first request.
    package func begin() async throws(TaskStoreError) {
        guard let store else { return }
        let query = UsageQuery(days: today.firstOfMonth...today, groups: [.day, .owner, .provider])
        let spent = try await store.usage(query, limit: .max).compactMap { row -> (key: UsageKey, cost: Amount)? in
            guard let day = CalendarDay(parsing: row.values[0]) else { return nil }
            return (UsageKey(day: day, owner: row.values[1], model: "", provider: row.values[2]), row.usage.cost)
        }
        book.withLock { $0.begin(with: spent) }
    }

    /// Takes other limits.
    package func reload(_ rules: BudgetRules) {
        book.withLock { $0.take(rules) }
        isLimiting.store(!rules.isEmpty, ordering: .releasing)
    }

    /// Books an attempt.
    /// - Parameter share: of what the call has set aside: booked, it is not set aside any more.
    func add(_ usage: Usage, owner: String, model: String, provider: String, inPlaceOf share: Amount = .zero) {
        let key = UsageKey(day: today, owner: owner, model: SpendingLedger.shortened(model), provider: provider)
        book.withLock { book in
            book.add(usage, as: key)
            if share > .zero { book.release(share, of: owner) }
        }
    }

    private static func shortened(_ model: String) -> String { model.utf8.count <= 200 ? model : String(model.prefix(200)) }

    /// A budget limits this key.
    func binds(_ owner: String) -> Bool { isLimiting.load(ordering: .acquiring) && book.withLock { $0.binds(owner) } }

    /// Sets aside what a call may cost.
    func reserve(_ amount: Amount, for owner: String, isForced: Bool = false) throws(SpendingBook.Refusal) -> BudgetReservation {
        let day = today
        try book.withLock { book throws(SpendingBook.Refusal) in try book.reserve(amount, for: owner, isForced: isForced, at: day) }
        return BudgetReservation(amount, of: owner, in: self)
    }

    func release(_ amount: Amount, of owner: String) {
        book.withLock { $0.release(amount, of: owner) }
    }

    /// What is spent today and this month.
    func account(_ scope: BudgetRules.Scope) -> SpendingBook.Account {
        let day = today
        return book.withLock { $0.account(scope, at: day) }
    }

    /// USD that went to a provider today and this month.
    package func spend(at provider: String) -> (day: Double, month: Double) {
        let account = account(.provider(provider))
        return (account.day.dollars, account.month.dollars)
    }

    /// A key's limits with how far they are used up.
    func limits(of owner: String) -> [(scope: BudgetRules.Scope, budget: Budget, account: SpendingBook.Account)] {
        let day = today
        return book.withLock { $0.limits(of: owner, at: day) }
    }

    /// Writes down what was used, again and again, until its task is cancelled.
    package func keepBooks(on loop: EventLoop) async {
        var cleaned: CalendarDay?
        while !Task.isCancelled {
            try? await loop.sleep(until: .now + SpendingLedger.savingInterval)
            await save()
            guard cleaned != today, let store else { continue }
            cleaned = today
            try? await store.removeUsage(before: CalendarDay(number: today.number - SpendingLedger.keptDays))
        }
    }

    /// Everything that was booked is on disk when this returns, or waits for the next time; also what another save has begun to write.
    package func save() async {
        guard let store else { return }
        await turn.take()
        await write(to: store)
        turn.giveBack()
    }

    private func write(to store: any UsageStore) async {
        let unsaved = book.withLock { $0.takeUnsaved() }
        guard !unsaved.isEmpty else { return }
        var left = unsaved.map { (key: $0.key, usage: $0.value) }[...]
        while !left.isEmpty {
            do throws(TaskStoreError) {
                try await store.add(Array(left.prefix(SpendingLedger.mostAtOnce)))
                left = left.dropFirst(SpendingLedger.mostAtOnce)
            } catch {
                report("usage could not be written and waits: \(error.message)")
                let rest = Dictionary(left.map { ($0.key, $0.usage) }) { first, _ in first }
                return book.withLock { $0.putBack(rest) }
            }
        }
    }
}
