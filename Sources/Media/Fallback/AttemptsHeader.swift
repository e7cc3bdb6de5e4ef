/// The ledger of a call as one field value: `openai=429;212ms, fal=200;4120ms`.
package struct AttemptsHeader: Sendable, Hashable {
    /// Field content, without a name.
    package let value: String

    package init(_ attempts: [Attempt]) {
        value = attempts.map(Self.entry).joined(separator: ", ")
    }

    private static func entry(_ attempt: Attempt) -> String {
        let name = token(attempt.candidate.provider)
        return switch attempt.outcome {
        case .skipped: "\(name)=skipped"
        case .succeeded(let status): "\(name)=\(status);\(attempt.duration.wholeMilliseconds)ms"
        case .failed(let error): "\(name)=\(word(for: error));\(attempt.duration.wholeMilliseconds)ms"
        }
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
    private static func token(_ name: String) -> String {
        if name.utf8.allSatisfy(isToken) { return name }
        return String(decoding: name.utf8.map { isToken($0) ? $0 : UInt8(ascii: "_") }, as: UTF8.self)
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
    package var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        return max(seconds * 1000 + attoseconds / 1_000_000_000_000_000, 0)
    }
}
