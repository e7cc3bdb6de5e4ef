import HTTP
import Synchronization

/// How many tasks each owner has at work.
final class TaskCount: Sendable {
    private let counts = Mutex<[String: Int]>([:])

    func count(of owner: String) -> Int { counts.withLock { $0[owner] ?? 0 } }

    /// - Parameter limit: nil: none.
    /// - Returns: nil where the limit is reached.
    func take(_ owner: String, limit: Int?) -> TaskPlace? {
        let running = counts.withLock { counts -> Int? in
            let running = counts[owner, default: 0] + 1
            if let limit, running > limit { return nil }
            counts[owner] = running
            return running
        }
        return running.map { TaskPlace(owner, in: self, limit: limit, running: $0) }
    }

    /// Takes a place whatever the limit is.
    func take(_ owner: String, reporting limit: Int?) -> TaskPlace {
        let running = counts.withLock { counts in
            counts[owner, default: 0] += 1
            return counts[owner, default: 0]
        }
        return TaskPlace(owner, in: self, limit: limit, running: running)
    }

    fileprivate func giveBack(_ owner: String) {
        counts.withLock { counts in
            guard let count = counts[owner] else { preconditionFailure("a place was given back twice") }
            counts[owner] = count > 1 ? count - 1 : nil
        }
    }
}

/// A place among its owner's concurrent tasks. Given back once: by `end()`, or when nobody holds it any more.
package final class TaskPlace: Sendable {
    private let owner: String
    private let counts: TaskCount
    private let isOver = Atomic<Bool>(false)
    /// What the task may spend; given back with the place.
    private let reservation = Mutex<BudgetReservation?>(nil)
    /// `x-ratelimit-limit-tasks` and `x-ratelimit-remaining-tasks` as they were with this place taken; empty where there is no limit.
    package let fields: RateLimitFields

    fileprivate init(_ owner: String, in counts: TaskCount, limit: Int?, running: Int) {
        self.owner = owner
        self.counts = counts
        fields = limit.map { TaskPlace.fields(limit: $0, running: running) } ?? []
    }

    deinit {
        end()
    }

    func hold(_ reservation: BudgetReservation) {
        self.reservation.withLock { $0 = reservation }
    }

    /// Gives the place back; a second call does nothing.
    package func end() {
        guard !isOver.exchange(true, ordering: .acquiringAndReleasing) else { return }
        counts.giveBack(owner)
        reservation.withLock { $0.take() }?.end()
    }

    static func fields(limit: Int, running: Int) -> RateLimitFields {
        [(.rateLimitTasks, String(limit)), (.rateLimitRemainingTasks, String(max(0, limit - running)))]
    }
}
