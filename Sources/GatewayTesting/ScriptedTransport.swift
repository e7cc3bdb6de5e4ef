package import HTTP
package import Media
import Synchronization
package import Transport

/// Answers upstream requests from a script, one reply after the other for each provider, and keeps what was sent.
package final class ScriptedTransport: UpstreamTransport {
    /// What comes back.
    package enum Reply: Sendable {
        case answer(Int, retryAfter: Int? = nil, body: String = "")
        case failure(UpstreamError)
        /// A stream that ends after these.
        case events([Result<ServerSentEvent, UpstreamError>])
        /// No answer until the test gives one or the task is cancelled.
        case hold
    }

    /// What went out.
    package struct Sent: Sendable {
        package var provider: String
        /// `/start`, `/resume`, `/upload` or `/cancel`.
        package var path: String
        package var body: JSONObject
        /// Of the field `Authorization`.
        package var authorization: String?
        package var freshConnection: Bool
        package var deadline: Instant
    }

    private struct State: Sendable {
        var script: [String: [Reply]]
        var sent: [Sent] = []
        var last: UInt64 = 0
        var held: [UInt64: (provider: String, waiter: CheckedContinuation<Reply, Never>)] = [:]
    }

    private let state: Mutex<State>
    private let otherwise: Reply

    /// - Parameters:
    ///   - script: by provider name; a cancel step does not use it.
    ///   - otherwise: the reply when a script is at its end.
    package init(_ script: [String: [Reply]] = [:], otherwise: Reply = .answer(200)) {
        self.state = Mutex(State(script: script))
        self.otherwise = otherwise
    }

    /// Everything sent so far, in order.
    package var sent: [Sent] { state.withLock { $0.sent } }

    /// How often a provider was asked to generate.
    package func starts(at provider: String) -> Int {
        sent.count { $0.provider == provider && $0.path == "/start" }
    }

    /// How many requests wait for a reply.
    package var held: Int { state.withLock { $0.held.count } }

    /// More replies at the end of a script.
    package func extend(_ provider: String, _ replies: Reply...) {
        state.withLock { $0.script[provider, default: []] += replies }
    }

    /// Gives the request that has waited longest its reply.
    package func answer(_ provider: String, _ reply: Reply = .answer(200)) {
        let waiter = state.withLock { state -> CheckedContinuation<Reply, Never>? in
            guard let first = state.held.filter({ $0.value.provider == provider }).keys.min() else { return nil }
            return state.held.removeValue(forKey: first)?.waiter
        }
        waiter?.resume(returning: reply)
    }

    package func send(
        _ request: UpstreamRequest, to provider: String, freshConnection: Bool, deadline: Instant
    ) async -> Result<UpstreamAnswer, UpstreamError> {
        let sent = Sent(
            provider: provider, path: request.url.path, body: request.body.object, authorization: request.fields[.authorization],
            freshConnection: freshConnection, deadline: deadline)
        let reply = state.withLock { state -> Reply in
            state.sent.append(sent)
            if sent.path == "/cancel" { return .answer(200) }
            guard let first = state.script[sent.provider]?.first else { return otherwise }
            state.script[sent.provider]?.removeFirst()
            return first
        }
        guard case .hold = reply else { return Self.answer(reply) }
        return Self.answer(await wait(for: provider))
    }

    private func wait(for provider: String) async -> Reply {
        let id = state.withLock { state in
            state.last += 1
            return state.last
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let isGone = state.withLock { state in
                    if !Task.isCancelled { state.held[id] = (provider, waiter) }
                    return Task.isCancelled
                }
                if isGone { waiter.resume(returning: .gone) }
            }
        } onCancel: {
            state.withLock { $0.held.removeValue(forKey: id)?.waiter }?.resume(returning: .gone)
        }
    }

    private static func answer(_ reply: Reply) -> Result<UpstreamAnswer, UpstreamError> {
        switch reply {
        case .answer(let status, let retryAfter, let body):
            var fields = HTTPFields()
            if let retryAfter { fields.append("retry-after", String(retryAfter)) }
            return .success(.whole(UpstreamResponse(status: HTTPStatus(status), fields: fields, body: Array(body.utf8))))
        case .failure(let error): return .failure(error)
        case .events(let events): return .success(.events(ScriptedEvents(events)))
        case .hold: return .failure(UpstreamError(.unknownOutcome, .mayHaveStarted, message: "nobody answered"))
        }
    }
}

extension ScriptedTransport.Reply {
    fileprivate static let gone = ScriptedTransport.Reply.failure(
        UpstreamError(.cancelled, .mayHaveStarted, message: "The caller went away."))
}

extension UpstreamBody {
    fileprivate var object: JSONObject {
        guard case .json(.object(let object)) = self else { return [:] }
        return object
    }
}

/// Server-sent events from a list.
package final class ScriptedEvents: UpstreamEvents {
    private let rest: Mutex<[Result<ServerSentEvent, UpstreamError>]>

    package init(_ events: [Result<ServerSentEvent, UpstreamError>]) {
        rest = Mutex(events)
    }

    package func next() async -> Result<ServerSentEvent?, UpstreamError> {
        rest.withLock { rest in
            guard !rest.isEmpty else { return .success(nil) }
            return rest.removeFirst().map { $0 }
        }
    }
}
