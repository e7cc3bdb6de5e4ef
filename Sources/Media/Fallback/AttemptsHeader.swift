package import HTTP

/// The ledger of a call as one field value: `openai=429;212ms, fal=200;4120ms`.
package struct AttemptsHeader: Sendable, Hashable {
    /// Field content, without a name.
    package let value: String

    package init(_ attempts: [Attempt]) {
        var room = ByteRoom(48 * attempts.count)
        Self.append(attempts, to: &room)
        value = String(repairing: room.written.span)
    }

    /// Writes the field content, in which nothing needs an escape in JSON, behind what is already there.
    package static func append(_ attempts: [Attempt], to room: inout ByteRoom) {
        for index in attempts.indices {
            if index > 0 { room.append(text: ", ") }
            append(attempts[index], to: &room)
        }
    }

    private static func append(_ attempt: Attempt, to room: inout ByteRoom) {
        appendToken(attempt.candidate.provider, to: &room)
        room.append(UInt8(ascii: "="))
        switch attempt.outcome {
        case .skipped: return room.append(text: "skipped")
        case .succeeded(let status): room.append(decimal: status)
        case .failed(let error): room.append(text: word(for: error))
        }
        room.append(UInt8(ascii: ";"))
        room.append(decimal: attempt.duration.wholeMilliseconds)
        room.append(text: "ms")
    }

    /// The status where a provider answered with an error, else what went wrong in one word.
    package static func word(for error: UpstreamError) -> String {
        if let status = error.status, !(200..<300).contains(status) { return String(status) }
        return switch error.kind {
        case .unreachable: "unreachable"
        case .staleConnection: "stale"
        case .unknownOutcome: error.code == "timeout" ? "timeout" : error.code == "reset" ? "reset" : "unknown"
        case .invalidAnswer: "unreadable"
        case .cancelled: "cancelled"
        case .rateLimited, .overloaded: "busy"
        case .serverFault: "fault"
        case .quotaExhausted: "quota"
        case .keyRefused: "key"
        case .modelGone: "gone"
        case .redirected: "redirect"
        case .invalidRequest: "invalid"
        case .moderated: "moderated"
        case .jobFailed, .jobRejected: "failed"
        }
    }

    /// RFC 9110 §5.6.2: token characters only, for a name comes from a file.
    private static func appendToken(_ name: String, to room: inout ByteRoom) {
        let source = name.utf8.span
        var isPlain = true
        for index in source.indices where !isToken(source[index]) { isPlain = false }
        if isPlain { return room.append(source) }
        for index in source.indices { room.append(isToken(source[index]) ? source[index] : UInt8(ascii: "_")) }
    }

    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

extension Duration {
    /// Milliseconds, rounded down; 0 for a negative duration.
    package var wholeMilliseconds: Int {
        max(Int(attoseconds / 1_000_000_000_000_000), 0)
    }
}
