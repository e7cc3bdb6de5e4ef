import Media
import Transport

/// Hands events from the dispatcher to the answer, one at a time: a client that reads slowly slows the upstream down.
actor EventRelay {
    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    enum Item: Sendable {
        case event(DispatchEvent)
        case outcome(DispatchOutcome)
    }

    private var item: Item?
    private var sender: CheckedContinuation<Void, Never>?
    private var receiver: CheckedContinuation<Item, Never>?
    private var isAbandoned = false

    init(_ loop: EventLoop) {
        self.loop = loop
    }

    /// Returns when the event has been taken, or nobody will take it any more.
    func send(_ event: DispatchEvent) async {
        guard !isAbandoned else { return }
        if let receiver {
            self.receiver = nil
            return receiver.resume(returning: .event(event))
        }
        item = .event(event)
        await withCheckedContinuation { sender = $0 }
    }

    func finish(_ outcome: DispatchOutcome) {
        if let receiver {
            self.receiver = nil
            receiver.resume(returning: .outcome(outcome))
        } else {
            item = .outcome(outcome)
        }
    }

    /// The next item; when the caller goes away, the call behind it ends and its outcome is the item.
    func next(cancelling task: Task<Void, Never>) async -> Item {
        await withTaskCancellationHandler {
            await next()
        } onCancel: {
            task.cancel()
        }
    }

    private func next() async -> Item {
        if let ready = item {
            item = nil
            sender?.resume()
            sender = nil
            return ready
        }
        return await withCheckedContinuation { receiver = $0 }
    }

    /// Nobody reads any more.
    func abandon() {
        isAbandoned = true
        item = nil
        sender?.resume()
        sender = nil
    }
}
