import HTTP
import Testing
import Transport

@testable import Gateway

@Suite struct RepeatTableTests {
    static let key = SharedCallKey(owner: "alice", fingerprint: "f")
    let now = Instant.now

    func answer(_ status: HTTPStatus = 200, bytes: Int = 10, shouldRetry: String? = nil) -> HTTPResponse {
        var response = HTTPResponse(status: status, body: HTTPBody([UInt8](repeating: 1, count: bytes)))
        if let shouldRetry { response.fields.set(.shouldRetry, shouldRetry) }
        return response
    }

    func start(
        _ table: inout SharedCallTable, _ key: SharedCallKey = key, isRepeat: Bool = false, waiter: UInt64 = 1,
        at time: Instant? = nil
    ) -> SharedCallTable.CallID? {
        guard case .started(let id, _) = table.begin(key, isRepeat: isRepeat, waiter: waiter, now: time ?? now) else { return nil }
        return id
    }

    func ends(_ table: inout SharedCallTable, _ id: SharedCallTable.CallID, number: Int) -> Bool { table.endGrace(id, number: number) }

    func leave(_ table: inout SharedCallTable, _ waiter: UInt64, _ id: SharedCallTable.CallID) -> SharedCallTable.Departure {
        table.leave(waiter, id)
    }

    func end(_ table: inout SharedCallTable, _ id: SharedCallTable.CallID, _ answer: HTTPResponse) -> [UInt64] {
        table.end(id, answer, now: now).map(\.waiter)
    }

    @Test func `a repeat joins what runs and gets what has ended`() throws {
        var table = SharedCallTable()
        let id = try #require(start(&table))
        guard case .joined(id) = table.begin(Self.key, isRepeat: true, waiter: 2, now: now) else { throw Unexpected() }
        #expect(end(&table, id, answer()) == [1, 2])
        guard case .answered(let kept) = table.begin(Self.key, isRepeat: true, waiter: 3, now: now + .seconds(59)) else {
            throw Unexpected()
        }
        #expect(kept.status == 200)
        #expect(start(&table, isRepeat: true, at: now + .seconds(60)) != nil)
    }

    @Test(arguments: [
        SharedCallKey(owner: "bob", fingerprint: "f"), SharedCallKey(owner: "alice", fingerprint: "g"),
        SharedCallKey(owner: "alice", fingerprint: "f", variant: "image/*"),
    ])
    func `another owner, another wish or another form is another call`(other: SharedCallKey) {
        var table = SharedCallTable()
        #expect(start(&table) != nil)
        #expect(start(&table, other, isRepeat: true) != nil)
    }

    @Test func `two first calls are two wishes, and repeats join the second`() throws {
        var table = SharedCallTable()
        let first = try #require(start(&table))
        let second = try #require(start(&table, waiter: 2))
        guard case .joined(second) = table.begin(Self.key, isRepeat: true, waiter: 3, now: now) else { throw Unexpected() }
        #expect(end(&table, first, answer(201)) == [1])
        #expect(end(&table, second, answer(202)) == [2, 3])
        guard case .answered(let kept) = table.begin(Self.key, isRepeat: true, waiter: 4, now: now) else { throw Unexpected() }
        #expect(kept.status == 202)
        #expect(table.callCount == 1)
    }

    @Test func `who leaves last starts the grace, and a repeat ends it`() throws {
        var table = SharedCallTable()
        let id = try #require(start(&table))
        guard case .grace(let number) = table.leave(1, id) else { throw Unexpected() }
        #expect(leave(&table, 1, id) == .goesOn)
        _ = table.begin(Self.key, isRepeat: true, waiter: 2, now: now)
        #expect(!ends(&table, id, number: number))
        guard case .grace(let second) = table.leave(2, id) else { throw Unexpected() }
        #expect(!ends(&table, id, number: number))
        #expect(ends(&table, id, number: second))
        #expect(end(&table, id, answer()) == [])
        #expect(start(&table, isRepeat: true) != nil)
    }

    @Test func `an answer made within the grace is kept`() throws {
        var table = SharedCallTable()
        let id = try #require(start(&table))
        guard case .grace(let number) = table.leave(1, id) else { throw Unexpected() }
        #expect(end(&table, id, answer()) == [])
        #expect(!ends(&table, id, number: number))
        guard case .answered = table.begin(Self.key, isRepeat: true, waiter: 2, now: now) else { throw Unexpected() }
    }

    @Test func `work that nobody can ask for any more is cancelled at once`() throws {
        var table = SharedCallTable()
        let first = try #require(start(&table))
        let second = try #require(start(&table, waiter: 2))
        #expect(leave(&table, 1, first) == .cancelled)
        _ = table.leave(2, second)
        guard case .started(_, abandoned: second) = table.begin(Self.key, isRepeat: false, waiter: 3, now: now) else { throw Unexpected() }
    }

    @Test(
        arguments: [
            (408, nil, false), (409, nil, false), (429, nil, false), (500, nil, false), (503, nil, false), (503, "false", true),
            (200, nil, true), (400, nil, true), (404, nil, true), (200, "true", false), (429, "false", true),
        ] as [(Int, String?, Bool)])
    func `an answer that asks for another try is not kept`(status: Int, shouldRetry: String?, isKept: Bool) throws {
        var table = SharedCallTable()
        let id = try #require(start(&table))
        _ = table.end(id, answer(HTTPStatus(status), shouldRetry: shouldRetry), now: now)
        #expect((start(&table, isRepeat: true) == nil) == isKept)
    }

    @Test func `kept answers stay within their room, the oldest go first`() throws {
        var table = SharedCallTable(maximumSize: 10_000)
        func run(_ name: String, bytes: Int) throws {
            let id = try #require(start(&table, SharedCallKey(owner: "o", fingerprint: name)))
            _ = table.end(id, answer(bytes: bytes), now: now)
            #expect(table.size <= 10_000)
        }
        func isKept(_ name: String) -> Bool {
            var copy = table
            return start(&copy, SharedCallKey(owner: "o", fingerprint: name), isRepeat: true) == nil
        }
        try run("a", bytes: 3000)
        try run("b", bytes: 3000)
        try run("c", bytes: 3000)
        #expect([isKept("a"), isKept("b"), isKept("c")] == [false, true, true])
        try run("huge", bytes: 10_000)
        #expect([isKept("huge"), isKept("b"), isKept("c")] == [false, true, true])
        table.sweep(now: now + .seconds(60))
        #expect(table.size == 0)
        #expect(table.callCount == 0)
        #expect(table.nextEnd == nil)
    }

    @Test func `an answer that streams goes to one`() throws {
        var table = SharedCallTable()
        let id = try #require(start(&table))
        _ = table.begin(Self.key, isRepeat: true, waiter: 2, now: now)
        let deliveries = table.end(id, .streaming, now: now)
        #expect(deliveries.map(\.waiter) == [1, 2])
        guard case .answer = deliveries[0].delivery, case .startOver = deliveries[1].delivery else { throw Unexpected() }
        #expect(table.callCount == 0)
    }

    @Test func `an answer that streams waits for a repeat within the grace, and is given once`() throws {
        var table = SharedCallTable()
        for comes in [true, false] {
            let id = try #require(start(&table))
            guard case .grace(let number) = table.leave(1, id) else { throw Unexpected() }
            #expect(end(&table, id, .streaming) == [])
            if comes {
                guard case .answered = table.begin(Self.key, isRepeat: true, waiter: 2, now: now) else { throw Unexpected() }
                #expect(table.callCount == 0)
            } else {
                #expect(ends(&table, id, number: number))
                #expect(table.callCount == 0)
            }
        }
    }
}

struct Unexpected: Error {}

extension HTTPResponse {
    fileprivate static var streaming: HTTPResponse {
        HTTPResponse(status: 200, body: .stream(EmptyStream(), length: nil))
    }
}

private struct EmptyStream: HTTPBodyStream {
    func next() async throws -> ArraySlice<UInt8>? { nil }
}
