package import HTTP
package import Media
package import Transport

/// What one request left behind, for its log line. Never a prompt, never a secret.
package struct AccessRecord: Sendable {
    package var requestID: String
    package var method: HTTPMethod
    /// Without the query.
    package var path: String
    package var caller: String?
    package var model: String?
    package var attempts: [Attempt] = []
    /// The same as text; nil: not written yet.
    package var ledger: AttemptsHeader?
    /// The task that the call has become.
    package var task: String?
    /// Its trace; nil: it has none.
    var trace: TraceContext?
    /// Who may make the call that costs, and what its answer says of the limit; nil: it costs nothing, or nobody knows the caller.
    var admission: (caller: Caller, admission: Admission)?
    package var status = 0
    package var started: Instant

    package init(requestID: String, method: HTTPMethod, path: String, started: Instant) {
        self.requestID = requestID
        self.method = method
        self.path = path
        self.started = started
    }

    /// One line of JSON.
    func line(_ delivery: HTTPDelivery, now: Instant, secondsSince1970: Int) -> [UInt8] {
        var line = ByteRoom(512)
        line.append(#"{"time":"#, secondsSince1970)
        appendPlain(#","id":""#, requestID, to: &line)
        // A token (RFC 9110 §9.1).
        appendPlain(#"","method":""#, method.rawValue, to: &line)
        line.append(#"","path":"#, shortened(path, to: 256))
        line.append(#","key":"#, caller)
        line.append(#","model":"#, model.map { shortened($0, to: 128) })
        line.append(#","task":"#, task)
        line.append(#","trace":"#, trace?.traceID)
        if !attempts.isEmpty { appendAttempts(to: &line) }
        line.append(#","status":"#, status(of: delivery))
        line.append(#","bytes":"#, delivery.bodyBytes)
        line.append(#","ms":"#, (now - started).wholeMilliseconds)
        line.append(UInt8(ascii: "}"))
        return line.finish()
    }

    /// 499 where the client left before the end.
    func status(of delivery: HTTPDelivery) -> Int { delivery.isComplete ? status : 499 }

    /// Text that needs no escape in JSON.
    private func appendPlain(_ name: String, _ text: String, to line: inout ByteRoom) {
        line.append(text: name)
        line.append(text: text)
    }

    private func shortened(_ text: String, to count: Int) -> String {
        text.utf8.count <= count ? text : String(text.prefix(count))
    }

    private func appendAttempts(to line: inout ByteRoom) {
        line.append(text: #","attempts":""#)
        if let ledger { line.append(text: ledger.value) } else { AttemptsHeader.append(attempts, to: &line) }
        line.append(UInt8(ascii: "\""))
    }
}
