import Glibc
import Synchronization
import Transport

/// Spans that are over and wait for their export. Adding one takes a short lock and never waits; what does not fit is counted.
package final class SpanQueue: Sendable {
    private struct State: Sendable {
        var waiting: [Span] = []
        var dropped = 0
    }

    /// Spans that can wait.
    static let capacity = 2_048
    /// Spans of one export.
    static let batchSize = 512

    /// Rings when there is enough for an export, and when somebody asks for one.
    let bell: AsyncStream<Void>
    private let ringer: AsyncStream<Void>.Continuation
    private let state = Mutex(State())
    /// Nanoseconds since 1970.
    private let wall: @Sendable (Instant) -> UInt64

    package convenience init() {
        self.init(wall: SpanQueue.wallTime)
    }

    /// - Parameter wall: nanoseconds since 1970 of a moment.
    init(wall: @escaping @Sendable (Instant) -> UInt64) {
        self.wall = wall
        (bell, ringer) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Spans that were not exported, for lack of room or because nobody took them.
    package var dropped: Int { state.withLock(\.dropped) }

    func add(_ span: Span) {
        let isEnough = state.withLock { state in
            guard state.waiting.count < SpanQueue.capacity else {
                state.dropped += 1
                return false
            }
            state.waiting.append(span)
            return state.waiting.count == SpanQueue.batchSize
        }
        if isEnough { ring() }
    }

    /// The oldest spans, at most as many as go out together.
    func take() -> [Span] {
        state.withLock { state in
            let batch = Array(state.waiting.prefix(SpanQueue.batchSize))
            state.waiting.removeFirst(batch.count)
            return batch
        }
    }

    /// Counts spans that were taken and have reached nobody.
    func drop(_ count: Int) {
        state.withLock { $0.dropped += count }
    }

    func ring() {
        ringer.yield()
    }

    /// Nanoseconds since 1970 of a moment.
    func time(_ instant: Instant) -> UInt64 { wall(instant) }

    @Sendable private static func wallTime(of instant: Instant) -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let ago = (Instant.now - instant).components
        let now = time.tv_sec * 1_000_000_000 + time.tv_nsec
        return UInt64(max(now - Int(ago.seconds) * 1_000_000_000 - Int(ago.attoseconds / 1_000_000_000), 0))
    }
}
