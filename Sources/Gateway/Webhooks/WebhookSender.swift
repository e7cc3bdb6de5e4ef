package import HTTP
package import Media
import Synchronization
package import Transport

/// Tells the events of the outbox to their receivers, at least once each, over restarts. One for the process, on one loop.
package final class WebhookSender: Sendable {
    /// What a sender works with.
    package struct Environment: Sendable {
        /// Seconds since 1970, for signatures: receivers compare them with their own clocks.
        package var now: @Sendable () -> Int
        /// Seconds since 1970 by a clock that nobody sets, for what is due: else a wall clock set back would put every event off.
        package var steady: @Sendable () -> Int
        package var sleep: @Sendable (Instant) async throws -> Void
        /// From 0 up to 1.
        package var jitter: @Sendable () -> Double
        /// Takes a line for the log, without its end.
        package var report: @Sendable (String) -> Void

        /// - Parameter steady: nil: what `now` says now, and goes on by itself.
        package init(
            now: @escaping @Sendable () -> Int, steady: (@Sendable () -> Int)? = nil,
            sleep: @escaping @Sendable (Instant) async throws -> Void,
            jitter: @escaping @Sendable () -> Double = { .random(in: 0..<1) }, report: @escaping @Sendable (String) -> Void
        ) {
            self.now = now
            self.steady = steady ?? Self.goingOn(from: now())
            self.sleep = sleep
            self.jitter = jitter
            self.report = report
        }

        private static func goingOn(from start: Int) -> @Sendable () -> Int {
            let began = Instant.now
            return { start + Int(clamping: (Instant.now - began).components.seconds) }
        }
    }

    /// The URL and the addresses it may be called at, found out anew for every delivery.
    package typealias Check = @Sendable (String) async -> Result<(url: HTTPURL, addresses: [IPAddress]), FetchError>

    let store: any TaskStore
    let transport: any WebhookTransport
    let check: Check
    let secret: @Sendable (String) -> Secret?
    let environment: Environment
    let queue = Mutex(WebhookQueue())
    private let bell: AsyncStream<Void>
    private let ringer: AsyncStream<Void>.Continuation
    /// The outbox may hold more than is known here.
    private let isStale = Atomic<Bool>(true)

    private static let pollInterval = Duration.seconds(5)
    /// For all of a delivery.
    static let timeout = Duration.seconds(15)
    /// Seconds by which events are put off that keep others from being seen.
    private static let putOff = 30

    /// - Parameter secret: by owner; nil: this one has none.
    package init(
        store: any TaskStore, transport: any WebhookTransport, check: @escaping Check, secret: @escaping @Sendable (String) -> Secret?,
        environment: Environment
    ) {
        self.store = store
        self.transport = transport
        self.check = check
        self.secret = secret
        self.environment = environment
        (bell, ringer) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Looks into the outbox at once. Callable from anywhere.
    package func wake() {
        isStale.store(true, ordering: .releasing)
        ringer.yield()
    }

    /// Works until its task is cancelled. Call once, on the loop of the transport.
    package func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.tick() }
            wake()
            for await _ in bell {
                if isStale.exchange(false, ordering: .acquiringAndReleasing) { await look() }
                while !Task.isCancelled, let event = queue.withLock({ $0.next() }) {
                    group.addTask {
                        await self.deliver(event)
                        self.ringer.yield()
                    }
                }
            }
            group.cancelAll()
        }
    }

    /// Finds what has become due.
    private func tick() async {
        while !Task.isCancelled {
            guard (try? await environment.sleep(.now + WebhookSender.pollInterval)) != nil else { return }
            wake()
        }
    }

    private func look() async {
        let time = environment.steady()
        queue.withLock { $0.beginLook(at: time) }
        do throws(TaskStoreError) {
            let page = try await store.events(dueAt: time, limit: WebhookQueue.pageSize)
            let surplus = queue.withLock { $0.add(page) }
            for var event in surplus {
                event.dueAt = time + WebhookSender.putOff
                try await store.update(event)
            }
            if !surplus.isEmpty { wake() }
        } catch {
            environment.report(WebhookLine.unsaved(error))
        }
    }
}
