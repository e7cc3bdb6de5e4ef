/// How tasks are kept.
package struct TaskSettings: Sendable, Hashable {
    /// How long a finished task is kept.
    package var retention: Duration
    /// Tasks at work at the same time; the rest wait in turn.
    package var maximumRunning: Int
    /// How long a task may take, where the deadline of calls is shorter: a job that was paid for is asked for longer than a caller waits.
    package var patience: Duration
    /// How long the answer to a new video waits for an upstream to take it.
    package var acknowledgement: Duration

    package init(
        retention: Duration = .seconds(604_800), maximumRunning: Int = 1_000, patience: Duration = .seconds(3_600),
        acknowledgement: Duration = .seconds(10)
    ) {
        self.retention = retention
        self.maximumRunning = maximumRunning
        self.patience = patience
        self.acknowledgement = acknowledgement
    }
}
