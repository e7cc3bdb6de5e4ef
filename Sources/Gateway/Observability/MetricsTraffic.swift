package import HTTP
package import Media
import Synchronization
package import Transport

/// What is counted beside the loops: connections and bytes, and the task store.
final class MetricSources: Sendable {
    struct TallyName: Hashable {
        let loop: ObjectIdentifier
        let provider: String
    }

    let tallies = Mutex<[TallyName: ConnectionTally]>([:])
    let store = Mutex(StoreCounts())
    /// Of the clients; nil: there is no server.
    let connections = Mutex<(@Sendable () -> ServerConnections)?>(nil)
    /// Writes that wait; nil: there is no store that tells.
    let storeQueue = Mutex<(@Sendable () -> Int)?>(nil)
}

extension Metrics {
    /// What requests of one loop to a provider are counted by; the same after a reload.
    /// - Parameter provider: nil: for results and inputs that are fetched, and for webhooks.
    package func tally(of provider: String?, on loop: EventLoop) -> ConnectionTally {
        let name = MetricSources.TallyName(loop: ObjectIdentifier(loop), provider: provider ?? MetricNames.other)
        return sources.tallies.withLock { tallies in
            if let known = tallies[name] { return known }
            let new = ConnectionTally()
            tallies[name] = new
            return new
        }
    }

    /// Takes what the task store tells; its writing thread alone waits here.
    package func count(_ event: TaskStoreEvent) {
        sources.store.withLock { $0.count(event) }
    }

    /// - Parameters:
    ///   - connections: of the clients, as they are now.
    package func watch(connections: @escaping @Sendable () -> ServerConnections) {
        sources.connections.withLock { $0 = connections }
    }

    /// - Parameter storeQueue: writes that wait for the next transaction.
    package func watch(storeQueue: @escaping @Sendable () -> Int) {
        sources.storeQueue.withLock { $0 = storeQueue }
    }

    /// By provider, over all loops.
    var traffic: [String: ConnectionTally.Counts] {
        let all = sources.tallies.withLock { $0.map { ($0.key.provider, $0.value.counts) } }
        return Dictionary(all, uniquingKeysWith: +)
    }

    func writeConnections(to text: inout MetricsText) {
        if let clients = sources.connections.withLock({ $0 })?() {
            text.add(.gauge, "zoetrope_connections", "Open connections of clients.", Double(clients.open))
            text.add(.counter, "zoetrope_connections_accepted_total", "Connections of clients that were served.", Double(clients.accepted))
            text.add(
                .counter, "zoetrope_connections_refused_total", "Connections of clients for which there was no room.",
                Double(clients.refused))
        }
        let traffic = traffic
        func add(_ kind: MetricsText.Kind, _ name: String, _ help: String, _ value: (ConnectionTally.Counts) -> Int) {
            text.add(kind, "zoetrope_upstream_\(name)", help, traffic.map { ([("provider", $0.key)], Double(value($0.value))) })
        }
        add(.gauge, "connections", "Open connections to the provider.", \.open)
        add(.gauge, "idle_connections", "Those of them that are kept for the next request.", \.idle)
        add(.counter, "connections_opened_total", "Connections that were made to the provider.", \.opened)
        add(.counter, "connections_reused_total", "Requests to the provider that took a kept connection.", \.reused)
        add(.counter, "bytes_sent_total", "Bytes of requests to the provider, TLS not counted.", \.sentBytes)
        add(.counter, "bytes_received_total", "Bytes of answers of the provider, TLS not counted.", \.receivedBytes)
    }

    func writeStore(to text: inout MetricsText) {
        sources.store.withLock { $0 }.write(to: &text)
        if let waiting = sources.storeQueue.withLock({ $0 })?() {
            text.add(.gauge, "zoetrope_store_queue", "Writes that wait for the next transaction of the task store.", Double(waiting))
        }
    }
}
