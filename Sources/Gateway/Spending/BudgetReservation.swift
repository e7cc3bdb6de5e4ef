import Media
import Synchronization

/// An amount that a running call may spend. Given back once: by `end()`, or when nobody holds it any more.
final class BudgetReservation: Sendable {
    private let amount: Amount
    private let left: Mutex<Amount>
    private let owner: String
    private let ledger: SpendingLedger

    init(_ amount: Amount, of owner: String, in ledger: SpendingLedger) {
        self.amount = amount
        left = Mutex(amount)
        self.owner = owner
        self.ledger = ledger
    }

    deinit {
        end()
    }

    /// The share of results that were made, and are booked by whoever takes it.
    /// - Parameter count: of all results that were asked for.
    func take(_ made: Int, of count: Int) -> Amount {
        left.withLock { left in
            let share = made >= count ? amount : Amount(units: amount.units / count * made)
            let taken = min(share, left)
            left = left - taken
            return taken
        }
    }

    /// A second call does nothing.
    func end() {
        let rest = left.withLock { left in
            defer { left = .zero }
            return left
        }
        if rest > .zero { ledger.release(rest, of: owner) }
    }
}
