import Glibc
package import HTTP
package import Media

/// What one request left behind, for its log line. Never a prompt, never a secret.
package struct AccessRecord: Sendable {
    package var requestID: String
    package var method: HTTPMethod
    /// Without the query.
    package var path: String
    package var caller: String?
    package var model: String?
    package var attempts: [Attempt] = []
    /// The task that the call has become.
    package var task: String?
    /// Its trace; nil: it has none.
    var trace: TraceContext?
    package var status = 0
    package var started: ContinuousClock.Instant

    package init(requestID: String, method: HTTPMethod, path: String, started: ContinuousClock.Instant) {
        self.requestID = requestID
        self.method = method
        self.path = path
        self.started = started
    }

    /// One line of JSON.
    func line(_ delivery: HTTPDelivery, now: ContinuousClock.Instant, secondsSince1970: Int) -> [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(320)
        line += "{\"time\":\(secondsSince1970),\"id\":\"\(requestID)\",\"method\":".utf8
        JSONValue.append(method.rawValue, to: &line)
        line += ",\"path\":".utf8
        JSONValue.append(shortened(path, to: 256), to: &line)
        append("key", caller, to: &line)
        append("model", model.map { shortened($0, to: 128) }, to: &line)
        append("task", task, to: &line)
        append("trace", trace?.traceID, to: &line)
        append("attempts", attempts.isEmpty ? nil : AttemptsHeader(attempts).value, to: &line)
        let milliseconds = (now - started).wholeMilliseconds
        line += ",\"status\":\(delivery.isComplete ? status : 499),\"bytes\":\(delivery.bodyBytes),\"ms\":\(milliseconds)}".utf8
        return line
    }

    private func shortened(_ text: String, to count: Int) -> String {
        text.utf8.count <= count ? text : String(text.prefix(count))
    }

    private func append(_ name: String, _ value: String?, to line: inout [UInt8]) {
        guard let value else { return }
        line += ",\"\(name)\":".utf8
        JSONValue.append(value, to: &line)
    }
}
