import GatewayTesting
import Media
import Synchronization
import Testing

@testable import Gateway

/// Writes when it may.
private final class SlowUsageStore: UsageStore {
    let hasBegun = Gate()
    let gate = Gate()
    let written = Mutex(false)

    func add(_ usage: [(key: UsageKey, usage: Usage)]) async throws(TaskStoreError) {
        hasBegun.open()
        await gate.wait()
        written.withLock { $0 = true }
    }

    func usage(_ query: UsageQuery, limit: Int) async throws(TaskStoreError) -> [UsageRow] { [] }
    func removeUsage(before day: CalendarDay) async throws(TaskStoreError) {}
}

@Suite struct SpendingTests {
    private let today = CalendarDay(number: 20_778)
    private static let one = Amount(dollars: 1)

    private func book(
        key: Budget = Budget(), tier: Budget = Budget(), shared: Budget = Budget(), names: [String] = ["alice", "bob"]
    ) -> SpendingBook {
        SpendingBook(today: today, rules: rules(key: key, tier: tier, shared: shared, names: names))
    }

    private func rules(
        key: Budget = Budget(), tier: Budget = Budget(), shared: Budget = Budget(), names: [String] = ["alice", "bob"]
    ) -> BudgetRules {
        let keys = names.map { KeySettings(name: $0, digest: [], tier: "team", budget: $0 == "alice" ? key : Budget()) }
        return BudgetRules(keys: keys, tiers: ["default": TierSettings(), "team": TierSettings(budget: tier, sharedBudget: shared)])
    }

    private func usage(_ dollars: Double) -> Usage {
        var usage = Usage()
        usage.attempts = 1
        usage.cost = Amount(dollars: dollars)
        return usage
    }

    private func key(_ owner: String = "alice", on day: CalendarDay? = nil, provider: String = "p") -> UsageKey {
        UsageKey(day: day ?? today, owner: owner, model: "m", provider: provider)
    }

    private func refusal(_ book: inout SpendingBook, _ owner: String = "alice", _ amount: Amount = one) -> SpendingBook.Refusal? {
        do throws(SpendingBook.Refusal) {
            try book.reserve(amount, for: owner, at: today)
            return nil
        } catch { return error }
    }

    @Test func `a call that would go over the day is refused, and the next day it is not`() throws {
        var book = book(key: Budget(day: 2))
        book.add(usage(1.5), as: key())
        let refused = refusal(&book)
        #expect(refused?.period == .day && refused?.limit == 2 && refused?.taken == Amount(dollars: 1.5) && refused?.ends == today.next)
        try book.reserve(Self.one, for: "alice", at: today.next)
    }

    @Test func `the month outlives the day and ends with the month`() throws {
        var book = book(key: Budget(month: 2))
        book.add(usage(1.5), as: key())
        #expect(throws: SpendingBook.Refusal.self) { try book.reserve(Self.one, for: "alice", at: today.next) }
        try book.reserve(Self.one, for: "alice", at: today.firstOfNextMonth)
    }

    @Test func `running calls count with what they may cost`() {
        var book = book(tier: Budget(day: 2.5))
        #expect(refusal(&book) == nil && refusal(&book) == nil)
        #expect(refusal(&book)?.taken == Amount(dollars: 2))
        book.release(Self.one, of: "alice")
        #expect(refusal(&book) == nil)
    }

    @Test func `a limit that is met exactly is not exceeded`() {
        var book = book(key: Budget(day: 1))
        #expect(refusal(&book) == nil)
    }

    @Test func `what costs nothing goes on over budget`() {
        var book = book(key: Budget(day: 0))
        #expect(refusal(&book, "alice", .zero) == nil)
        #expect(refusal(&book, "alice", Amount(units: 1)) != nil)
    }

    @Test func `a key's own budget stands in place of the tier's, period by period`() {
        var book = book(key: Budget(day: 5), tier: Budget(day: 1, month: 3))
        #expect(refusal(&book, "alice", Amount(dollars: 2)) == nil)
        #expect(refusal(&book, "alice", Amount(dollars: 2))?.period == .month)
        #expect(refusal(&book, "bob", Amount(dollars: 2))?.period == .day)
    }

    @Test func `a shared budget is the tier's, whoever spends it`() {
        var book = book(shared: Budget(day: 2))
        book.add(usage(1.5), as: key("bob"))
        #expect(refusal(&book)?.isShared == true)
        #expect(refusal(&book, "stranger") == nil)
    }

    @Test func `what an earlier process has spent counts`() {
        var book = book(key: Budget(day: 2, month: 3))
        let yesterday = CalendarDay(number: today.number - 1)
        let lastMonth = CalendarDay(number: today.firstOfMonth.number - 1)
        book.begin(with: [
            (key(on: yesterday), Amount(dollars: 1)), (key(), Amount(dollars: 1.5)), (key(on: lastMonth), Amount(dollars: 9)),
        ])
        #expect(book.account(.key("alice"), at: today) == .init(day: Amount(dollars: 1.5), month: Amount(dollars: 2.5)))
        #expect(book.account(.provider("p"), at: today).month == Amount(dollars: 2.5))
    }

    @Test func `new rules take what is spent along, into another tier, too`() {
        var book = book(shared: Budget(day: 2))
        book.add(usage(1.5), as: key())
        book.take(rules(shared: Budget(day: 1), names: ["alice"]))
        #expect(refusal(&book)?.limit == 1)
        #expect(refusal(&book, "bob") == nil)
    }

    @Test func `a clock that goes back gives no new day`() {
        var book = book(key: Budget(day: 1))
        book.add(usage(1), as: key())
        #expect(throws: SpendingBook.Refusal.self) {
            try book.reserve(Self.one, for: "alice", at: CalendarDay(number: today.number - 1))
        }
    }

    @Test func `what is spent while the clock is back counts for the day that has begun`() {
        var book = book(key: Budget(day: 2))
        book.add(usage(1.5), as: key(on: CalendarDay(number: today.number - 1)))
        #expect(refusal(&book) != nil)
    }

    @Test func `usage that could not be written is written with what came later`() {
        var book = book()
        book.add(usage(1), as: key())
        let unsaved = book.takeUnsaved()
        book.add(usage(2), as: key())
        book.putBack(unsaved)
        #expect(book.takeUnsaved()[key()]?.cost == Amount(dollars: 3))
        #expect(book.takeUnsaved().isEmpty)
    }

    @Test func `the answer warns from four fifths on`() throws {
        let ledger = SpendingLedger(rules: rules(key: Budget(day: 10, month: 100)), now: { 20_778 * 86_400 })
        ledger.add(usage(7.99), owner: "alice", model: "m", provider: "p")
        #expect(ledger.warning(for: "alice") == nil)
        ledger.add(usage(0.26), owner: "alice", model: "m", provider: "p")
        #expect(ledger.warning(for: "alice") == "day=82%")
        #expect(ledger.warning(for: "bob") == nil)
    }

    @Test func `a reservation is given back once, at the latest with its holder`() throws {
        let ledger = SpendingLedger(rules: rules(key: Budget(day: 1)), now: { 20_778 * 86_400 })
        do {
            let held = try ledger.reserve(Self.one, for: "alice")
            #expect(throws: SpendingBook.Refusal.self) { _ = try ledger.reserve(Self.one, for: "alice") }
            held.end()
            held.end()
        }
        do { _ = try ledger.reserve(Self.one, for: "alice") }
        #expect(ledger.account(.key("alice")).reserved == .zero)
    }

    @Test func `what is booked is set aside no longer, whatever it has cost`() throws {
        let ledger = SpendingLedger(rules: rules(key: Budget(day: 10)), now: { 20_778 * 86_400 })
        let held = try ledger.reserve(Amount(dollars: 3), for: "alice")
        func book(_ made: Int) -> Amount {
            ledger.add(usage(0.5), owner: "alice", model: "m", provider: "p", inPlaceOf: held.take(made, of: 3))
            return ledger.account(.key("alice")).reserved
        }
        #expect(book(0) == Amount(dollars: 3) && book(1) == Amount(dollars: 2) && book(7) == .zero && book(1) == .zero)
        held.end()
        #expect(ledger.account(.key("alice")) == .init(day: Amount(dollars: 2), month: Amount(dollars: 2), reserved: .zero))
    }

    @Test func `a share of the largest amount there is stays within it`() throws {
        let ledger = SpendingLedger(rules: rules(), now: { 20_778 * 86_400 })
        let held = try ledger.reserve(Amount(dollars: .infinity), for: "alice", isForced: true)
        #expect(held.take(9, of: 10) <= Amount(dollars: .infinity))
        held.end()
        #expect(held.take(1, of: 1) == .zero)
    }

    @Test(.timeLimit(.minutes(1))) func `a save has also what another one is still writing on disk when it returns`() async {
        let store = SlowUsageStore()
        let ledger = SpendingLedger(store: store, rules: rules(), now: { 20_778 * 86_400 })
        ledger.add(usage(1), owner: "alice", model: "m", provider: "p")
        async let first: Void = ledger.save()
        while !store.hasBegun.isOpen { await Task.yield() }
        async let second: Void = ledger.save()
        for _ in 0..<100 { await Task.yield() }
        let isEarly = store.written.withLock { $0 }
        store.gate.open()
        await second
        #expect(!isEarly && store.written.withLock { $0 })
        await first
    }

    @Test(arguments: ["from=2026-02-30", "to=today", "from=2026-11-22", "group_by=colour", "from=1990-01-01"])
    func `a usage query that makes no sense is refused`(query: String) {
        #expect(throws: APIError.self) { _ = try UsageQuery(query, owner: nil, today: today) }
    }

    @Test func `a usage query is this month by day unless it says otherwise`() throws {
        let plain = try UsageQuery(nil, owner: "alice", today: today)
        #expect(plain.days == today.firstOfMonth...today && plain.groups == [.day] && plain.owner == "alice")
        let other = try UsageQuery("group_by=key,model,key&from=2026-01-01&to=2026-01-31&key=bob", owner: nil, today: today)
        #expect(other.groups == [.owner, .model] && other.owner == "bob" && other.days.upperBound.description == "2026-01-31")
        #expect(try UsageQuery("key=bob", owner: "alice", today: today).owner == "alice")
    }
}
