import Media
import Transport

/// Spans that were taken from the queue and have reached nobody.
struct TraceLoss: Sendable, Hashable {
    var count: Int
    /// In words, without any address.
    var reason: String
}

/// Says which losses are told: one line a minute, with everything since the last one.
struct TraceLossReport: Sendable {
    private var last: Instant?
    /// Of all that were dropped, those that a line has told of.
    private var told = 0

    private static let interval = Duration.seconds(60)

    /// nil: it is too soon for another line.
    /// - Parameter dropped: since the start, those for which the queue had no room included.
    mutating func line(_ loss: TraceLoss, dropped: Int, at now: Instant) -> String? {
        if let last, now - last < Self.interval { return nil }
        last = now
        defer { told = dropped }
        let line: JSONObject = [
            "event": "traces_lost", "level": "error", "spans": .integer(dropped - told), "message": .string(loss.reason),
        ]
        return String(decoding: line.serialized(), as: UTF8.self)
    }
}
