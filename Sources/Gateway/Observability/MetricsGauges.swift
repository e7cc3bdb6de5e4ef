import Media
import Synchronization
import Transport

/// How things stand when they are asked for.
struct MetricGauges: Sendable {
    struct ProviderState: Sendable {
        var name: String
        /// Models that rest.
        var cooling = 0
        /// Models that are gone there.
        var gone = 0
        var isCircuitOpen = false
        var running = 0
        var waiting = 0
    }

    var providers: [ProviderState]
    /// By state.
    var tasks: [String: Int]

    init(_ names: MetricNames, board: HealthBoard, tasks: TaskRunner, now: Instant) {
        providers = names.providers.map { ProviderState($0, names.candidates[$0] ?? [], board, now: now) }
        self.tasks = Dictionary(uniqueKeysWithValues: ["queued", "in_progress", "ending"].map { ($0, 0) })
        for live in tasks.state.withLock({ Array($0.live.values) }) { self.tasks[live.task.phase.metricName, default: 0] += 1 }
    }

    func write(to text: inout MetricsText) {
        func gauge(_ name: String, _ help: String, _ value: (ProviderState) -> Int) {
            text.add(.gauge, "zoetrope_provider_\(name)", help, providers.map { ([("provider", $0.name)], Double(value($0))) })
        }
        gauge("cooling", "Models of the provider that rest after a failure, of those that are configured by name.", \.cooling)
        gauge("models_gone", "Models that the provider does not have any more, of those that are configured by name.", \.gone)
        gauge("circuit_open", "1 while the provider refuses our key, or our account there is empty.") { $0.isCircuitOpen ? 1 : 0 }
        gauge("in_flight", "Calls that hold a place at the provider.", \.running)
        gauge("queue", "Calls that wait for a place at the provider.", \.waiting)
        text.add(.gauge, "zoetrope_tasks", "Tasks that this process works on.", tasks.map { ([("state", $0.key)], Double($0.value)) })
    }
}

extension MetricGauges.ProviderState {
    init(_ name: String, _ candidates: [Candidate], _ board: HealthBoard, now: Instant) {
        self.init(name: name)
        (running, waiting) = board.load(of: name)
        // A model of no name is never gone and never rests: it shows the circuit.
        let candidates = [Candidate(provider: name, upstreamModel: "")] + candidates
        for availability in board.availability(of: candidates, now: now) {
            switch availability.health {
            case .ready: break
            case .cooling, .probing: cooling += 1
            case .circuitOpen: isCircuitOpen = true
            case .dead: gone += 1
            }
        }
    }
}

extension GenerationTask.Phase {
    fileprivate var metricName: String {
        switch self {
        case .accepted: "queued"
        case .submitting, .submitted: "in_progress"
        case .completed, .failed, .cancelled: "ending"
        }
    }
}
