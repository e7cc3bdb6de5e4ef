import Configuration
import Media

/// What a running process cannot change.
enum RestartNeeds {
    /// Keys of the configuration that differ and stay as they were.
    static func keys(from old: GatewayConfiguration, to new: GatewayConfiguration) -> [String] {
        let (before, after) = (old.server, new.server)
        let differences = [
            ("server.listen", before.listen != after.listen), ("server.loops", before.loops != after.loops),
            ("server.tls", before.tls != after.tls), ("server.timeouts", before.timeouts != after.timeouts),
            ("server.limits.header", before.limits.header != after.limits.header),
            ("server.limits.body", before.limits.body != after.limits.body),
            ("server.limits.connections", before.limits.connections != after.limits.connections),
            ("storage", old.storage != new.storage), ("fallback.cooldown", old.fallback.cooldown != new.fallback.cooldown),
        ]
        return differences.filter(\.1).map(\.0)
    }

    /// The new configuration with these parts as they were.
    static func keeping(_ old: GatewayConfiguration, in new: GatewayConfiguration) -> GatewayConfiguration {
        var kept = new
        let publicURL = new.server.publicURL
        let cors = new.server.cors
        let (json, file) = (new.server.limits.json, new.server.limits.file)
        kept.server = old.server
        kept.server.publicURL = publicURL
        kept.server.cors = cors
        (kept.server.limits.json, kept.server.limits.file) = (json, file)
        kept.storage = old.storage
        kept.fallback.cooldown = old.fallback.cooldown
        return kept
    }
}
