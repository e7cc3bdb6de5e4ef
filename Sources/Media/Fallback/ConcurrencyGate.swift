/// The places of one provider, and the bounded queue before them; pure, first come first served.
package struct ConcurrencyGate: Sendable {
    /// nil: unlimited.
    private var limit: Int?
    private var maximumQueue: Int
    package private(set) var running = 0
    private var queue: [UInt64] = []

    package init(limit: Int?, maximumQueue: Int) {
        self.limit = limit
        self.maximumQueue = maximumQueue
    }

    /// Callers in the queue.
    package var waiting: Int { queue.count }

    /// What a newcomer finds.
    package var room: Availability.Room {
        if hasPlace { return .free }
        return queue.count < maximumQueue ? .queue : .none
    }

    /// Takes a place if there is one and nobody waits for it.
    package mutating func enter() -> Bool {
        guard hasPlace else { return false }
        running += 1
        return true
    }

    /// - Returns: false when the queue is full.
    package mutating func enqueue(_ ticket: UInt64) -> Bool {
        guard queue.count < maximumQueue else { return false }
        queue.append(ticket)
        return true
    }

    /// Gives a place back.
    /// - Returns: the ticket that has it now.
    package mutating func leave() -> UInt64? {
        running = max(running - 1, 0)
        return admitted().first
    }

    /// - Returns: false when the ticket does not wait: it may have a place already.
    package mutating func abandon(_ ticket: UInt64) -> Bool {
        guard let index = queue.firstIndex(of: ticket) else { return false }
        queue.remove(at: index)
        return true
    }

    /// - Returns: the tickets that have a place now.
    package mutating func resize(limit: Int?, maximumQueue: Int) -> [UInt64] {
        self.limit = limit
        self.maximumQueue = maximumQueue
        return admitted()
    }

    private var hasPlace: Bool { queue.isEmpty && hasLimitLeft }

    private var hasLimitLeft: Bool { limit.map { running < $0 } ?? true }

    private mutating func admitted() -> [UInt64] {
        var tickets: [UInt64] = []
        while hasLimitLeft, !queue.isEmpty {
            running += 1
            tickets.append(queue.removeFirst())
        }
        return tickets
    }
}
