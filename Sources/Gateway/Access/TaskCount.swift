import Media
import Synchronization

/// How many tasks each owner has at work.
final class TaskCount: Sendable {
    private let counts = Mutex<[String: Int]>([:])

    func count(of owner: String) -> Int { counts.withLock { $0[owner] ?? 0 } }

    /// - Parameter limit: nil: none.
    /// - Returns: nil where the limit is reached.
    func take(_ owner: String, limit: Int?) -> TaskPlace? {
        if let limit, limit < 1 { return nil }
        return counts.withLock { TaskCount.grow(&$0[owner, default: 0], to: limit) } ? TaskPlace(owner, in: self) : nil
    }

    /// Takes a place whatever the limit is.
    func take(_ owner: String) -> TaskPlace {
        counts.withLock { $0[owner, default: 0] += 1 }
        return TaskPlace(owner, in: self)
    }

    private static func grow(_ count: inout Int, to limit: Int?) -> Bool {
        if let limit, count >= limit { return false }
        count += 1
        return true
    }

    fileprivate func giveBack(_ owner: String) {
        counts.withLock { counts in
            guard let index = counts.index(forKey: owner) else { preconditionFailure("a place was given back twice") }
            if counts.values[index] > 1 { counts.values[index] -= 1 } else { counts.remove(at: index) }
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

    fileprivate init(_ owner: String, in counts: TaskCount) {
        self.owner = owner
        self.counts = counts
    }

    deinit {
        end()
    }

    func hold(_ reservation: BudgetReservation) {
        self.reservation.withLock { $0 = reservation }
    }

    /// The share of the reservation for results that were made, to be booked in its place.
    func takeShare(_ made: Int, of count: Int) -> Amount {
        reservation.withLock { $0 }?.take(made, of: count) ?? .zero
    }

    /// Gives the place back; a second call does nothing.
    package func end() {
        guard !isOver.exchange(true, ordering: .acquiringAndReleasing) else { return }
        counts.giveBack(owner)
        reservation.withLock { $0.take() }?.end()
    }
}
