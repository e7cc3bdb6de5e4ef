import Media
import Testing

@testable import Storage

@Suite(.timeLimit(.minutes(1))) struct UsageStoreTests {
    private let folder = TaskFolder()
    private let day = CalendarDay(number: 20_778)

    private func usage(_ dollars: Double, images: Int = 1) -> Usage {
        var usage = Usage()
        usage.attempts = 1
        usage.images = images
        usage.videoMilliseconds = 1500
        usage.cost = Amount(dollars: dollars)
        usage.assumedCost = Amount(dollars: dollars / 2)
        return usage
    }

    private func key(_ offset: Int = 0, _ owner: String = "alice", _ model: String = "m", _ provider: String = "p") -> UsageKey {
        UsageKey(day: CalendarDay(number: day.number + offset), owner: owner, model: model, provider: provider)
    }

    private func all(_ groups: [UsageQuery.Group], owner: String? = nil) -> UsageQuery {
        UsageQuery(days: CalendarDay(number: 0)...CalendarDay(number: 100_000), owner: owner, groups: groups)
    }

    @Test func `what is added comes to what is there, also for the next process`() async throws {
        do {
            let store = try folder.store()
            try await store.add([(key(), usage(0.1)), (key(), usage(0.2)), (key(1), usage(0.4))])
        }
        let store = try folder.store()
        try await store.add([(key(), usage(0.3))])
        let rows = try await store.usage(all([.day]), limit: 10)
        #expect(rows.map(\.values) == [["2026-11-21"], ["2026-11-22"]])
        #expect(rows.map(\.usage.cost) == [Amount(dollars: 0.6), Amount(dollars: 0.4)])
        #expect(rows[0].usage.attempts == 3 && rows[0].usage.images == 3 && rows[0].usage.videoMilliseconds == 4500)
        #expect(rows[0].usage.assumedCost == Amount(dollars: 0.3))
    }

    @Test func `rows are told apart by what is asked for, and narrowed to one key`() async throws {
        let store = try folder.store()
        try await store.add([
            (key(0, "alice", "m", "p"), usage(1)), (key(0, "alice", "n", "q"), usage(2)), (key(1, "bob", "m", "p"), usage(4)),
        ])
        #expect(try await store.usage(all([.owner]), limit: 10).map(\.values) == [["alice"], ["bob"]])
        let byModel = try await store.usage(all([.model, .provider]), limit: 10)
        #expect(byModel.map(\.values) == [["m", "p"], ["n", "q"]])
        #expect(byModel[0].usage.cost == Amount(dollars: 5))
        #expect(try await store.usage(all([.provider], owner: "bob"), limit: 10).map(\.values) == [["p"]])
        #expect(try await store.usage(all([]), limit: 1).first?.usage.cost == Amount(dollars: 7))
        #expect(try await store.usage(all([.model]), limit: 1).count == 1)
    }

    @Test func `nothing used is one empty sum`() async throws {
        let store = try folder.store()
        #expect(try await store.usage(all([.day]), limit: 10).isEmpty)
        #expect(try await store.usage(all([]), limit: 1) == [UsageRow(values: [], usage: Usage())])
    }

    @Test func `old days are forgotten`() async throws {
        let store = try folder.store()
        try await store.add([(key(-1), usage(1)), (key(), usage(2))])
        try await store.removeUsage(before: day)
        #expect(try await store.usage(all([.day]), limit: 10).map(\.values) == [["2026-11-21"]])
    }

    @Test func `sums stop at the largest amount instead of failing`() async throws {
        let store = try folder.store()
        var most = Usage()
        most.cost = Amount(units: .max)
        try await store.add([(key(), most), (key(), most), (key(), most)])
        #expect(try await store.usage(all([]), limit: 1).first?.usage.cost ?? .zero >= Amount(units: 4_000_000_000_000_000_000))
    }

    @Test func `a database of the version before usage was kept is taken over`() async throws {
        var old = TaskDatabase(path: folder.database)
        old.migrations = Array(old.migrations.prefix(1))
        do {
            // The tables of that version know nothing of usage: only the file is made.
            _ = try old.lock()
            _ = try old.open()
        }
        let store = try folder.store()
        try await store.add([(key(), usage(1))])
        #expect(try await store.usage(all([]), limit: 1).first?.usage.attempts == 1)
    }
}
