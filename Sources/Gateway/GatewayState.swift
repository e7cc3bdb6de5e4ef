import Synchronization

/// Whether the gateway takes new work.
package final class GatewayState: Sendable {
    private let draining = Atomic<Bool>(false)

    package init() {}

    package var isDraining: Bool { draining.load(ordering: .acquiring) }

    package func drain() {
        draining.store(true, ordering: .releasing)
    }
}
