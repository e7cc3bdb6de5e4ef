import Media
import Synchronization

/// How many tasks each owner has at work.
final class TaskCount: Sendable {
    private let counts = Mutex(NameTable<Int>())

    func count(of owner: String) -> Int { counts.withLock { counts in counts.place(of: owner).map { counts.values[$0] } ?? 0 } }

    /// - Parameter limit: nil: none.
    /// - Returns: nil where the limit is reached.
    func take(_ owner: String, limit: Int?) -> TaskPlace? {
        let owner = counts.withLock { counts -> Int? in
            let place = counts.place(of: owner, orNew: 0)
            if let limit, counts.values[place] >= limit { return nil }
            counts.values[place] += 1
            return place
        }
        return owner.map { TaskPlace($0, in: self) }
    }

    /// Takes a place whatever the limit is.
    func take(_ owner: String) -> TaskPlace {
        let owner = counts.withLock { counts in
            let place = counts.place(of: owner, orNew: 0)
            counts.values[place] += 1
            return place
        }
        return TaskPlace(owner, in: self)
    }

    fileprivate func giveBack(_ owner: Int) {
        counts.withLock { counts in
            precondition(counts.values[owner] > 0, "a place was given back twice")
            counts.values[owner] -= 1
        }
    }
}

/// A place among its owner's concurrent tasks. Given back once: by `end()`, or when nobody holds it any more.
package final class TaskPlace: Sendable {
    /// Where it stands among the counts.
    private let owner: Int
    private let counts: TaskCount
    private let isOver = Atomic<Bool>(false)
    /// What the task may spend; given back with the place.
    private let reservation = Mutex<BudgetReservation?>(nil)

    fileprivate init(_ owner: Int, in counts: TaskCount) {
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
