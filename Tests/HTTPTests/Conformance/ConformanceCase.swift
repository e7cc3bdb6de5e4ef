import Testing

@testable import HTTP

/// Bytes, and what the parser must make of them until their end.
struct ConformanceCase: Sendable, CustomTestStringConvertible {
    let name: String
    /// What arrives before the peer closes.
    let bytes: [UInt8]
    let expected: Transcript
    /// The rule, with its place.
    let why: String
    var role = HTTP1Parser.Role.requests
    var limits = HTTPLimits()
    /// The requests that were sent, for a parser of responses.
    var methods: [HTTPMethod] = [.get]

    /// - Parameter text: each scalar, U+0000 to U+00FF, stands for one byte.
    init(_ name: String, _ text: String, _ expected: Transcript, _ why: String) {
        self.name = name
        bytes = text.unicodeScalars.map { UInt8($0.value) }
        self.expected = expected
        self.why = why
    }

    var testDescription: String { name }

    func limited(_ limits: HTTPLimits) -> ConformanceCase {
        var copy = self
        copy.limits = limits
        return copy
    }

    func answering(_ methods: HTTPMethod...) -> ConformanceCase {
        var copy = self
        copy.role = .responses
        copy.methods = methods
        return copy
    }
}

/// What a parser said, in short: `POST /a length 5`, `200 chunked`, `body hello`, `end`, `end x-sum=1`.
struct Transcript: Sendable, Equatable {
    var events: [String] = []
    var failure: HTTPParseError.Kind?

    static func accepted(_ events: String...) -> Transcript {
        Transcript(events: events)
    }

    static func refused(_ kind: HTTPParseError.Kind, after events: String...) -> Transcript {
        Transcript(events: events, failure: kind)
    }
}

extension Transcript {
    /// Feeds the pieces to a fresh parser, asking it after each for all it has to say, and then ends the connection.
    init(of test: ConformanceCase, in pieces: [ArraySlice<UInt8>]) {
        var parser = HTTP1Parser(test.role, limits: test.limits)
        if case .responses = test.role { for method in test.methods { parser.expectResponse(to: method) } }
        do throws(HTTPParseError) {
            for piece in pieces {
                parser.append(piece)
                try drain(&parser)
            }
            if let event = try parser.finish() { note(event) }
        } catch {
            failure = error.kind
        }
    }

    private mutating func drain(_ parser: inout HTTP1Parser) throws(HTTPParseError) {
        while true {
            let event = try parser.next()
            if case .needsMore = event { return }
            note(event)
        }
    }

    private mutating func note(_ event: HTTP1Parser.Event) {
        switch event {
        case .needsMore: break
        case .requestHead(let head, let framing): events.append("\(head.method.rawValue) \(head.target) \(text(framing))")
        case .responseHead(let head, let framing): events.append("\(head.status.code) \(text(framing))")
        case .body(let bytes): note(bytes)
        case .end(let trailers): events.append("end" + text(trailers))
        }
    }

    /// Joins pieces of content, which may be cut anywhere.
    private mutating func note(_ bytes: ArraySlice<UInt8>) {
        if events.last?.hasPrefix("body") != true { events.append("body ") }
        events[events.count - 1] += String(decoding: bytes, as: UTF8.self)
    }

    private func text(_ framing: BodyFraming) -> String {
        switch framing {
        case .none: "none"
        case .length(let count): "length \(count)"
        case .chunked: "chunked"
        case .untilClose: "until close"
        }
    }

    private func text(_ trailers: HTTPFields?) -> String {
        var text = ""
        trailers?.forEach { text += " \($0)=\($1)" }
        return text
    }
}
