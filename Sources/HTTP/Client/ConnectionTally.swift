import Synchronization

/// What goes over the connections of one loop to one upstream: counted without a lock, read from anywhere.
package final class ConnectionTally: Sendable {
    /// Since the start of the process.
    package struct Counts: Sendable, Hashable {
        package var opened = 0
        package var closed = 0
        /// Requests that took a kept connection.
        package var reused = 0
        /// Kept connections that nobody uses now.
        package var idle = 0
        /// Heads included, TLS not.
        package var sentBytes = 0
        /// Heads included, TLS not.
        package var receivedBytes = 0

        package var open: Int { opened - closed }

        package static func + (left: Counts, right: Counts) -> Counts {
            Counts(
                opened: left.opened + right.opened, closed: left.closed + right.closed, reused: left.reused + right.reused,
                idle: left.idle + right.idle, sentBytes: left.sentBytes + right.sentBytes,
                receivedBytes: left.receivedBytes + right.receivedBytes)
        }
    }

    private let opened = Atomic<Int>(0)
    private let closed = Atomic<Int>(0)
    private let reused = Atomic<Int>(0)
    private let idle = Atomic<Int>(0)
    private let sentBytes = Atomic<Int>(0)
    private let receivedBytes = Atomic<Int>(0)

    package init() {}

    /// As they are now.
    package var counts: Counts {
        // What closes while this reads must not make fewer open than none.
        let closed = closed.load(ordering: .acquiring)
        return Counts(
            opened: opened.load(ordering: .relaxed), closed: closed, reused: reused.load(ordering: .relaxed),
            idle: idle.load(ordering: .relaxed), sentBytes: sentBytes.load(ordering: .relaxed),
            receivedBytes: receivedBytes.load(ordering: .relaxed))
    }

    func open() { opened.add(1, ordering: .relaxed) }
    func close() { closed.add(1, ordering: .releasing) }
    func reuse() { reused.add(1, ordering: .relaxed) }
    func rest() { idle.add(1, ordering: .relaxed) }
    func wake() { idle.subtract(1, ordering: .relaxed) }
    func sent(_ bytes: Int) { sentBytes.add(bytes, ordering: .relaxed) }
    func received(_ bytes: Int) { receivedBytes.add(bytes, ordering: .relaxed) }
}
