import HTTP
import Media
import Synchronization
import Transport

@testable import Gateway
@testable import GatewayTesting

/// An outbox and nothing else; its writes can fail.
final class OutboxStore: TaskStore {
    let outbox: Mutex<[String: WebhookEvent]>
    let isFull = Mutex(false)
    /// How many events each look found.
    let looks = Mutex<[Int]>([])

    init(_ events: [WebhookEvent] = []) {
        outbox = Mutex(Dictionary(uniqueKeysWithValues: events.map { ($0.id, $0) }))
    }

    func put(_ event: WebhookEvent) { outbox.withLock { $0[event.id] = event } }
    var ids: [String] { outbox.withLock { $0.keys.sorted() } }

    func events(dueAt time: Int, limit: Int) async throws(TaskStoreError) -> [WebhookEvent] {
        let due = outbox.withLock { $0.values.filter { $0.dueAt <= time || $0.dueAt - WebhookEvent.longestWait > time } }
        looks.withLock { $0.append(min(due.count, limit)) }
        return Array(due.sorted { ($0.dueAt, $0.id) < ($1.dueAt, $1.id) }.prefix(limit))
    }

    func update(_ event: WebhookEvent) async throws(TaskStoreError) {
        try checkSpace()
        put(event)
    }

    func removeEvent(_ id: String) async throws(TaskStoreError) {
        try checkSpace()
        outbox.withLock { $0[id] = nil }
    }

    private func checkSpace() throws(TaskStoreError) {
        if isFull.withLock({ $0 }) { throw TaskStoreError(.full, "no space") }
    }

    func claimed(by claim: IdempotencyClaim) async throws(TaskStoreError) -> ClaimedTask? { nil }
    func insert(_ task: GenerationTask, claim: IdempotencyClaim?) async throws(TaskStoreError) -> ClaimedTask? { nil }
    func save(_ task: GenerationTask, event: WebhookEvent?) async throws(TaskStoreError) {}
    func task(_ id: String) async throws(TaskStoreError) -> GenerationTask? { nil }
    func tasks(_ query: TaskQuery) async throws(TaskStoreError) -> TaskPage { TaskPage(tasks: [], hasMore: false) }
    func delete(_ id: String) async throws(TaskStoreError) -> Bool { false }
    func release(claimOf id: String) async throws(TaskStoreError) {}
    func unfinished() async throws(TaskStoreError) -> [GenerationTask] { [] }
    func expired(at time: Int, limit: Int) async throws(TaskStoreError) -> [GenerationTask] { [] }
    func recentDurations(limit: Int) async throws(TaskStoreError) -> [TaskDuration] { [] }
}

/// Receivers by URL: each answers with its script's next status, then with 200; a gate holds all of them.
final class WebhookReceivers: WebhookTransport {
    struct Post: Sendable {
        var url: String, addresses: [IPAddress], fields: HTTPFields, body: [UInt8]
    }

    enum Reply: Sendable {
        case status(Int, retryAfter: Duration? = nil)
        case lost(FetchTransportError.Kind)
    }

    private struct State: Sendable {
        var scripts: [String: [Reply]]
        var posts: [Post] = []
        var running = 0
        var most = 0
    }

    private let state: Mutex<State>
    private let gate: Gate?

    init(_ scripts: [String: [Reply]] = [:], gate: Gate? = nil) {
        state = Mutex(State(scripts: scripts))
        self.gate = gate
    }

    var posts: [Post] { state.withLock { $0.posts } }
    /// The most deliveries that were under way at once.
    var most: Int { state.withLock { $0.most } }

    func post(
        _ url: HTTPURL, at addresses: [IPAddress], fields: HTTPFields, body: [UInt8], deadline: Instant
    ) async -> Result<WebhookAnswer, FetchTransportError> {
        let post = Post(url: url.description, addresses: addresses, fields: fields, body: body)
        let reply = state.withLock { state -> Reply in
            state.posts.append(post)
            state.running += 1
            state.most = max(state.most, state.running)
            guard let first = state.scripts[post.url]?.first else { return .status(200) }
            state.scripts[post.url]?.removeFirst()
            return first
        }
        defer { state.withLock { $0.running -= 1 } }
        if let gate, await !gate.wait() { return .failure(FetchTransportError(.cancelled, "cancelled")) }
        switch reply {
        case .status(let code, let wish): return .success(WebhookAnswer(status: HTTPStatus(code), retryAfter: wish))
        case .lost(let kind): return .failure(FetchTransportError(kind, "lost"))
        }
    }
}

/// A sender over an outbox and receivers, with a clock that stands until a test moves it.
final class WebhookFixture: Sendable {
    static let secret = Secret("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
    static let address = IPAddress.v4(0x0808_0808)

    let store: OutboxStore
    let receivers: WebhookReceivers
    private let senders: Mutex<[WebhookSender]>
    private let make: @Sendable () -> WebhookSender
    let lines = Lines()
    let time = Time()

    final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        func add(_ line: String) { lines.withLock { $0.append(line) } }
        var all: [String] { lines.withLock { $0 } }
    }

    final class Time: Sendable {
        private let seconds = Mutex(1_000_000)
        /// By how much the wall clock is ahead.
        let wrong = Mutex(0)
        var wall: Int { now + wrong.withLock { $0 } }
        var now: Int { seconds.withLock { $0 } }
        func advance(_ count: Int) { seconds.withLock { $0 += count } }
    }

    /// - Parameter blocked: hosts that may not be called.
    init(_ events: [WebhookEvent], _ receivers: WebhookReceivers = WebhookReceivers(), blocked: Set<String> = []) {
        let (lines, time, store) = (lines, time, OutboxStore(events))
        self.store = store
        self.receivers = receivers
        let check: WebhookSender.Check = { text in
            guard let url = try? HTTPURL(parsing: text) else { return .failure(FetchError(.invalidURL, detail: "no URL")) }
            if blocked.contains(url.host) { return .failure(FetchError(.unreachable, detail: "blocked")) }
            return .success((url, [WebhookFixture.address]))
        }
        let environment = WebhookSender.Environment(
            now: { time.wall }, steady: { time.now },
            sleep: { _ in
                await Gate().wait()
                throw CancellationError()
            }, jitter: { 0 }, report: { lines.add($0) })
        make = {
            WebhookSender(
                store: store, transport: receivers, check: check, secret: { $0 == "poor" ? nil : WebhookFixture.secret },
                environment: environment)
        }
        senders = Mutex([make()])
    }

    /// The one that runs, or will.
    var sender: WebhookSender { senders.withLock { $0[$0.count - 1] } }

    static func event(_ id: String, owner: String = "alice", url: String = "https://a.test/hook?token=1", dueAt: Int = 0) -> WebhookEvent {
        WebhookEvent(id: id, owner: owner, url: url, body: #"{"id":"\#(id)"}"#, dueAt: dueAt)
    }

    /// Runs a sender until something has become true; the next one is that of another process.
    func run(until condition: @escaping @Sendable (WebhookFixture) async -> Bool) async -> Bool {
        let sender = sender
        let running = Task { await sender.run() }
        let isTrue = await eventually { await condition(self) }
        running.cancel()
        await running.value
        senders.withLock { $0.append(make()) }
        return isTrue
    }
}
