import Synchronization

/// A log record that endpoints fill in while they work.
final class RequestRecord: Sendable {
    /// What was asked for.
    let match: Route.Match
    private let record: Mutex<AccessRecord>

    init(_ record: consuming AccessRecord, _ match: Route.Match) {
        self.record = Mutex(record)
        self.match = match
    }

    var trace: TraceContext? { record.withLock { $0.trace } }
    var admission: (caller: Caller, admission: Admission)? { record.withLock { $0.admission } }

    /// Without a copy: it is read where it is.
    func read(_ body: (borrowing AccessRecord) -> Void) {
        record.withLock { body($0) }
    }

    func update(_ change: (inout AccessRecord) -> Void) {
        record.withLock { change(&$0) }
    }
}
