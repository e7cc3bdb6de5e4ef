import Media
import Transport

/// A provider as `/v1/providers` tells it.
struct ProviderJSON: Sendable {
    enum Status: String, Sendable {
        /// Nothing is in the way of a call.
        case available
        /// Models of it rest.
        case cooling
        /// It refuses our key, or the account there is empty.
        case refused
        /// Every place is taken.
        case full
    }

    let name: String
    let type: String
    let standing: HealthBoard.Standing
    let now: Instant
    /// The same moment: seconds since 1970.
    let wallClock: Int

    /// What every caller may know.
    var json: JSONObject {
        [
            "id": .string(name), "object": "provider", "type": .string(type), "status": .string(status.rawValue),
            "available_at": .number(of: availableAt),
        ]
    }

    /// The same, and what operators alone are told.
    /// - Parameter spend: USD today and this month.
    func details(_ lastHour: RecentAttempts.Tally, _ spend: (day: Double, month: Double)) -> JSONObject {
        var json = json
        let limit = standing.limit
        json["reason"] = .text(reason)
        json["in_flight"] = .integer(standing.running)
        json["queued"] = .integer(standing.waiting)
        json["max_concurrent"] = .number(of: limit.maximumConcurrent)
        // Without a limit nobody waits.
        json["max_queue"] = .number(of: limit.maximumConcurrent == nil ? nil : limit.maximumQueue)
        json["last_hour"] = lastHour.json
        json["spend"] = ["day": .number(Money.rounded(spend.day)), "month": .number(Money.rounded(spend.month))]
        return json
    }

    var status: Status {
        if standing.health.refusedUntil != nil { return .refused }
        if !standing.health.resting.isEmpty { return .cooling }
        return standing.room == .free ? .available : .full
    }

    /// When the last of what is in the way is over; nil: nothing is, or nobody knows.
    private var availableAt: Int? {
        let until: Instant?
        switch status {
        case .refused: until = standing.health.refusedUntil
        case .cooling: until = standing.health.restsUntil
        case .available, .full: until = nil
        }
        guard let until, until > now else { return nil }
        return wallClock + Int(((until - now) / .seconds(1)).rounded(.up))
    }

    private var reason: String? {
        let health = standing.health
        let gone = health.gone.isEmpty ? nil : "gone there: \(Self.list(health.gone))"
        let texts = [obstacle, gone].compactMap(\.self)
        return texts.isEmpty ? nil : texts.joined(separator: "; ")
    }

    private var obstacle: String? {
        switch status {
        case .available: return nil
        case .refused: return standing.lastFailure == .quotaExhausted ? "the account there is empty" : "it refuses our key"
        case .cooling:
            let failure = standing.lastFailure.map { " after \(MetricNames.snakeCase($0.rawValue))" } ?? ""
            return "resting\(failure): \(Self.list(standing.health.resting))"
        case .full: return standing.room == .none ? "every place is taken, and the queue is full" : "every place is taken"
        }
    }

    /// The first few.
    private static func list(_ names: [String]) -> String {
        let names = names.sorted()
        let rest = names.count > 3 ? " and \(names.count - 3) more" : ""
        return names.prefix(3).joined(separator: ", ") + rest
    }
}

extension RecentAttempts.Tally {
    fileprivate var json: JSONValue {
        [
            "attempts": .integer(attempts), "succeeded": .integer(succeeded),
            "success_rate": successRate.map { .number(($0 * 1_000).rounded() / 1_000) } ?? .null,
            "p50_ms": milliseconds(0.5), "p95_ms": milliseconds(0.95),
        ]
    }

    private func milliseconds(_ share: Double) -> JSONValue {
        .number(of: durations.percentile(share).map { Int($0 / .milliseconds(1)) })
    }
}

/// The caller as `/v1/me` tells it.
enum KeyJSON {
    static func json(_ caller: Caller) -> JSONValue {
        let role: KeyRole = caller.isOperator ? .admin : .user
        return ["object": "key", "name": .string(caller.name), "role": .string(role.rawValue), "tier": .string(caller.tier)]
    }
}
