package import Media

/// Changes of the providers' health as log lines.
package enum HealthLine {
    package static func bytes(_ event: HealthEvent) -> [UInt8] {
        var line: JSONObject
        switch event {
        case .cooling(let candidate, let duration):
            line = ["event": "provider_cooling", "candidate": .string(candidate.description), "seconds": seconds(duration)]
        case .circuitOpened(let provider, let duration):
            line = [
                "event": "provider_key_refused", "level": "error", "provider": .string(provider), "seconds": seconds(duration),
                "message": "the provider refuses our key, or the account is empty",
            ]
        case .circuitClosed(let provider): line = ["event": "provider_key_accepted", "provider": .string(provider)]
        case .modelDied(let candidate):
            line = [
                "event": "model_gone", "level": "error", "candidate": .string(candidate.description),
                "message": "the provider does not have this model; it is left out until a restart",
            ]
        }
        if line["level"] == nil { line["level"] = "info" }
        return line.serialized()
    }

    private static func seconds(_ duration: Duration) -> JSONValue {
        .integer(Int(duration.components.seconds))
    }
}
