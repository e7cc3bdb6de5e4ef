import Media
import Transport

/// The answer to a dry run.
struct Explanation {
    let request: GenerationRequest
    let policy: FallbackPolicy
    let prospects: [Dispatcher.Prospect]
    let now: Instant

    var json: JSONValue {
        var json: JSONObject = ["object": "explanation", "model": .string(request.model), "operation": .string(request.operation.rawValue)]
        json["chosen"] = chosen.map { .string($0.candidate.description) } ?? .null
        json["cost"] = chosen.flatMap(cost).map { .number(Money.rounded($0)) } ?? .null
        json["candidates"] = .array(prospects.map(candidate))
        json["warnings"] = .array([policy.notice].compactMap(\.self).map(Self.warning))
        json["policy"] = rules
        return .object(json)
    }

    /// The candidate that a call would begin with at this moment; nil where it would fail at once.
    private var chosen: Dispatcher.Prospect? {
        var obstacles: [Int: FallbackPlan.Obstacle] = [:]
        for (index, prospect) in prospects.enumerated() {
            if case .cannot(let obstacle) = prospect.verdict { obstacles[index] = obstacle }
        }
        var plan = FallbackPlan(
            candidates: prospects.map(\.candidate), obstacles: obstacles, policy: policy, deadline: now + policy.deadline)
        switch plan.next(after: nil, availability: { prospects[$0].availability }, now: now) {
        case .attempt(let index, _), .wait(let index): return prospects[index]
        case .succeed, .fail: return nil
        }
    }

    private func candidate(_ prospect: Dispatcher.Prospect) -> JSONValue {
        var json: JSONObject = [
            "provider": .string(prospect.candidate.provider), "model": .string(prospect.candidate.upstreamModel),
            "usable": .bool(prospect.adapted != nil), "reason": .null, "field": .null,
        ]
        if case .cannot(let obstacle) = prospect.verdict {
            json["reason"] = .string(obstacle.message)
            json["field"] = obstacle.field.map { .string($0) } ?? .null
        }
        json["availability"] = .string(prospect.availability.obstacle ?? "available")
        json["available_in"] = prospect.availability.end.map { .integer(Int(max(now.duration(to: $0), .zero).components.seconds)) } ?? .null
        json["warnings"] = .array((prospect.adapted?.warnings ?? []).map(Self.warning))
        json["calls"] = prospect.adapted.map { .integer(calls($0)) } ?? .null
        json["pricing"] = prospect.price?.json ?? .null
        json["cost"] = cost(prospect).map { .number(Money.rounded($0)) } ?? .null
        return .object(json)
    }

    /// USD for all that is asked for; nil: unknown.
    private func cost(_ prospect: Dispatcher.Prospect) -> Double? {
        prospect.adapted.flatMap { prospect.price?.cost(of: request.count, $0.request) }
    }

    private func calls(_ adapted: CapabilityFilter.Adapted) -> Int {
        let most = max(adapted.capabilities.value.maximumCount, 1)
        return (request.count + most - 1) / most
    }

    private var rules: JSONValue {
        let isJob = request.operation.isVideo || chosen?.adapted?.capabilities.value.submitsJobs ?? false
        let stops = isJob ? policy.ambiguousJobsStop : policy.ambiguousStops
        return [
            "attempts": .integer(policy.attempts), "deadline": .integer(Int(policy.deadline.components.seconds)),
            "allow_fallbacks": .bool(policy.allowsFallbacks), "ambiguous": stops ? "stop" : "next",
            "fallback_on_moderation": .bool(policy.fallsBackOnModeration), "strict": .bool(request.strict),
        ]
    }

    private static func warning(_ warning: Warning) -> JSONValue {
        ["field": .string(warning.field), "message": .string(warning.message)]
    }
}

extension Dispatcher.Prospect {
    /// The request as the candidate would get it; nil where it cannot honour it.
    fileprivate var adapted: CapabilityFilter.Adapted? {
        switch verdict {
        case .can(let adapted): adapted
        case .cannot: nil
        }
    }
}

extension Availability {
    /// When a rest or an open circuit ends.
    fileprivate var end: Instant? {
        switch health {
        case .cooling(let end), .circuitOpen(let end): end
        case .ready, .probing, .dead: nil
        }
    }
}
