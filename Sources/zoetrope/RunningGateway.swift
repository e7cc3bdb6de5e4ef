import Gateway
import HTTP
import Synchronization
import Transport

/// The configured parts of a running process, and the way to exchange them.
final class RunningGateway: Sendable {
    private struct State: Sendable {
        var graph: Graph
        /// Counts exchanges.
        var generation = 0
        var handlers: [(loop: EventLoop, handler: ReloadableHandler)] = []
        /// Tells webhooks, with the secrets and rules of the graph.
        var webhooks: Task<Void, Never>?
        /// Where the listeners are, for URLs.
        var addresses: [String] = []
    }

    private let state: Mutex<State>

    init(_ graph: Graph) {
        state = Mutex(State(graph: graph))
    }

    var graph: Graph { state.withLock { $0.graph } }

    /// Handlers for all loops, and webhooks on the first.
    /// - Parameter addresses: of the listeners.
    func start(on loops: [EventLoop], addresses: [String]) async -> [ObjectIdentifier: any HTTPHandler] {
        let (graph, generation) = state.withLock { ($0.graph, $0.generation) }
        let settings = graph.settings(addresses: addresses)
        var handlers: [(loop: EventLoop, handler: ReloadableHandler)] = []
        for loop in loops { handlers.append((loop, ReloadableHandler(await graph.handler(for: loop, settings)))) }
        let first = loops[0]
        let webhooks = first.spawn { await graph.tellWebhooks(on: first, settings) }
        let made = handlers
        let missed = state.withLock { state in
            state.handlers = made
            state.webhooks = webhooks
            state.addresses = addresses
            return state.generation == generation ? nil : state.graph
        }
        if let missed { exchange(for: missed) }
        return Dictionary(uniqueKeysWithValues: handlers.map { (ObjectIdentifier($0.loop), $0.handler) })
    }

    /// New requests are answered by the new graph from the next moment on; those that run end as they began.
    func exchange(for graph: Graph) {
        let (handlers, former, addresses) = state.withLock { state in
            state.graph = graph
            state.generation += 1
            return (state.handlers, state.webhooks, state.addresses)
        }
        guard let first = handlers.first?.loop else { return }
        let settings = graph.settings(addresses: addresses)
        for (loop, reloadable) in handlers { loop.spawn { reloadable.replace(by: await graph.handler(for: loop, settings)) } }
        former?.cancel()
        let webhooks = first.spawn { await graph.tellWebhooks(on: first, settings) }
        state.withLock { $0.webhooks = webhooks }
    }
}
