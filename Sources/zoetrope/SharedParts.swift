import Configuration
import Gateway
import Media
import Storage
import Transport

/// What outlives a reload: tasks, stored results, limits that are counted, and what is known of providers' health.
struct SharedParts: Sendable {
    let log: LogWriter
    let state: GatewayState
    let resolver = Resolver()
    let board: HealthBoard
    let limiter: RateLimiter
    let spending: SpendingLedger
    let repeats = SharedCalls()
    let metrics = Metrics(version: Zoetrope.version)
    /// Spans that are to be exported; nil: none are.
    let spans: SpanQueue?
    let retention: RetentionTime
    let taskStore: SQLiteTaskStore
    let store: any MediaStore
    let tasks: TaskRunner

    init(_ configuration: GatewayConfiguration, log: LogWriter, state: GatewayState) throws {
        self.log = log
        self.state = state
        board = Upstreams.board(configuration) { event in log.write(HealthLine.bytes(event)) }
        spans = configuration.traces.map { _ in SpanQueue() }
        let storage = configuration.storage
        let (metrics, path) = (metrics, storage.databasePath)
        let taskStore = try SQLiteTaskStore(path: path, report: { log.write(TaskLine.note($0)) }, observe: { metrics.count($0) })
        self.taskStore = taskStore
        metrics.watch(storeQueue: { taskStore.waitingWrites })
        retention = RetentionTime(retention: storage.retention)
        store = try LocalMediaStore(folder: storage.mediaFolder, retention: storage.retention, time: retention)
        tasks = TaskRunner(
            store: taskStore, media: store, settings: TaskSettings(retention: storage.retention), now: { [retention] in retention.wall },
            age: { [retention] in retention.now() },
            report: { log.write(Array($0.utf8)) })
        limiter = RateLimiter(tiers: configuration.tiers)
        spending = SpendingLedger(
            store: taskStore, rules: Self.budgets(configuration), report: { log.write(TaskLine.note($0)) })
    }

    private static func budgets(_ configuration: GatewayConfiguration) -> BudgetRules {
        BudgetRules(keys: configuration.keys, tiers: configuration.tiers)
    }

    /// What a new configuration changes of it: limits. What is counted stays counted, and refused keys and dead models are forgiven.
    func reload(_ configuration: GatewayConfiguration) {
        limiter.reload(tiers: configuration.tiers)
        spending.reload(Self.budgets(configuration))
        board.reload(limits: Upstreams.limits(configuration))
    }
}
