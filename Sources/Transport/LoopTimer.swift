import CLibevent
import Glibc

/// A timer of one loop; fires on its thread. Not Sendable: it belongs to whoever made it there.
package final class LoopTimer {
    private let action: () -> Void
    private var event: OpaquePointer?

    package init(_ loop: EventLoop, action: @escaping () -> Void) {
        self.action = action
        event = event_new(
            loop.base, -1, 0,
            { _, _, context in
                guard let context else { return }
                Unmanaged<LoopTimer>.fromOpaque(context).takeUnretainedValue().action()
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    deinit {
        if let event { event_free(event) }
    }

    /// Fires once; a second call moves the moment.
    package func schedule(after delay: Duration) {
        let (seconds, attoseconds) = max(delay, .zero).components
        var interval = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
        event_add(event, &interval)
    }

    package func schedule(at instant: Instant) {
        schedule(after: instant - .now)
    }

    package func cancel() {
        event_del(event)
    }
}

/// A deadline that is moved for every request but costs a timer only when it could pass: the timer stays where it is when the deadline moves
/// later, and looks again when it fires.
package final class Deadline {
    private let loop: EventLoop
    private let passed: () -> Void
    private var timer: LoopTimer?
    private var moment: Instant?
    private var armed: Instant?

    /// - Parameter passed: called while the deadline lives, never after.
    package init(_ loop: EventLoop, passed: @escaping () -> Void) {
        self.loop = loop
        self.passed = passed
    }

    /// nil: none. (Not inlined: an async function allocates each instant that it holds.)
    @inline(never)
    package func set(_ moment: Instant?) {
        self.moment = moment
        guard let moment else { return }
        if let armed, armed <= moment { return }
        arm(moment)
    }

    /// Takes the deadline back.
    package func clear() {
        moment = nil
    }

    private func arm(_ moment: Instant) {
        armed = moment
        // Unowned: the timer goes with the deadline.
        let timer = timer ?? LoopTimer(loop) { [unowned self] in fired() }
        timer.schedule(at: moment)
        self.timer = timer
    }

    private func fired() {
        armed = nil
        guard let moment else { return }
        if moment > .now { return arm(moment) }
        self.moment = nil
        passed()
    }
}
