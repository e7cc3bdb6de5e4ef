import Synchronization

/// The clients' connections, over all loops.
package struct ServerConnections: Sendable, Hashable {
    package var open: Int
    /// Since the start, like `refused`.
    package var accepted: Int
    /// For want of room.
    package var refused: Int

    package init(open: Int, accepted: Int, refused: Int) {
        self.open = open
        self.accepted = accepted
        self.refused = refused
    }
}

/// Open connections of all loops.
final class ConnectionCount: Sendable {
    private let count = Atomic<Int>(0)
    private let accepted = Atomic<Int>(0)
    private let refused = Atomic<Int>(0)
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    /// As it is now.
    var connections: ServerConnections {
        ServerConnections(
            open: count.load(ordering: .relaxed), accepted: accepted.load(ordering: .relaxed), refused: refused.load(ordering: .relaxed))
    }

    /// False when there is no room.
    func enter() -> Bool {
        if count.wrappingAdd(1, ordering: .relaxed).newValue <= limit {
            accepted.add(1, ordering: .relaxed)
            return true
        }
        leave()
        refused.add(1, ordering: .relaxed)
        return false
    }

    func leave() {
        count.wrappingSubtract(1, ordering: .relaxed)
    }
}
