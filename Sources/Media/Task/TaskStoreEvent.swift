/// How a task store gets on with its disk, told while it writes.
package enum TaskStoreEvent: Sendable, Hashable {
    /// A transaction has ended, synced to disk, or given up.
    /// - Parameters:
    ///   - writes: how many shared it.
    ///   - failed: those of them that are not on disk.
    case transaction(writes: Int, failed: Int, duration: Duration)
    /// Writes were not even tried: too many waited, or another program held the file.
    case refused(Int)
}
