import Glibc
import Synchronization

/// Places where a test lets the process die, as a power cut would: `ZOETROPE_FAIL_POINT=task.inserted:3` kills it at the third arrival.
///
/// Without the variable an arrival is one comparison.
package enum FailPoint: String, Sendable, CaseIterable {
    /// Inside the transaction, before the row of a new task is written.
    case insertBefore = "insert.before"
    /// Inside the transaction, after it.
    case insertAfter = "insert.after"
    /// A transaction is on disk; nobody was told.
    case committed = "commit.after"
    /// A task is durable; its caller was not answered.
    case answerBefore = "answer.before"
    /// The row says that a submit is under way; nothing was sent.
    case submitting = "submitting.after"
    /// Before the first byte of a submit.
    case firstByte = "send.first"
    /// After its last byte.
    case lastByte = "send.last"
    /// The upstream has accepted; its job's id is not saved.
    case operationBefore = "operation.before"
    /// The id is saved.
    case operationAfter = "operation.after"
    /// Before a poll.
    case poll = "poll"
    /// A result is fetched and not stored.
    case downloaded = "download.after"
    /// A stored file has its bytes, not its name.
    case renameBefore = "rename.before"
    /// It has its name; no row names it.
    case renameAfter = "rename.after"
    /// The end of a task is saved with its event; the event was not sent.
    case finished = "finish.after"

    /// Dies here if this is the place and the time.
    @inline(__always)
    package static func reach(_ point: FailPoint) {
        guard let trap, trap.point == point else { return }
        trap.spring()
    }

    /// Whether the process is to die at this place.
    package static func isSet(_ point: FailPoint) -> Bool { trap?.point == point }

    private static let trap = Trap(Process.environment["ZOETROPE_FAIL_POINT"])

    private final class Trap: Sendable {
        let point: FailPoint
        private let left: Atomic<Int>

        init?(_ text: String?) {
            guard let parts = text?.split(separator: ":"), let point = parts.first.flatMap({ FailPoint(rawValue: String($0)) }) else {
                return nil
            }
            self.point = point
            left = Atomic(parts.count > 1 ? Int(parts[1]) ?? 1 : 1)
        }

        func spring() {
            if left.subtract(1, ordering: .relaxed).newValue <= 0 { kill(getpid(), SIGKILL) }
        }
    }
}
