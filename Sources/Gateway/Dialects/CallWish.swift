import HTTP
import Media

/// How a caller wants to be answered.
struct CallWish: Sendable, Hashable {
    var mode: Mode = .wait
    /// Spaces before the answer while it is made; nil: not said.
    var heartbeat: Bool?
    /// Told of the end. Whether its address may be called is checked elsewhere.
    var webhookURL: String?

    enum Mode: Sendable, Hashable {
        /// As the path does it when nothing is said.
        case wait
        /// A task at once.
        case async
        /// The result if it is ready in time, else a task.
        case waitFor(Duration)
    }

    /// Seconds that `Prefer: wait` can ask for; more is as good as this.
    static let longestWait = Duration.seconds(600)
}

extension PreferHeader {
    /// nil: the client prefers nothing.
    static func told(_ fields: HTTPFields) -> PreferHeader? { fields.contains(.prefer) ? PreferHeader(fields) : nil }
}

extension CallWish {
    /// Reads `async`, `heartbeat` and `webhook_url`. `"async": false` in the body overrides what the head says.
    /// - Parameter isAsyncQuery: `?async=true`.
    init(_ reader: inout FieldReader, prefer: PreferHeader?, isAsyncQuery: Bool) throws(APIError) {
        let said = try reader.boolean("async")
        heartbeat = try reader.boolean("heartbeat")
        webhookURL = try CallWish.webhook(&reader)
        if said == false { return }
        if let wait = prefer?.wait {
            // RFC 7240 §4.3: beside `respond-async` it says for how long the answer is worth waiting.
            mode = .waitFor(min(wait, CallWish.longestWait))
        } else if said ?? isAsyncQuery || prefer?.respondsAsync ?? false {
            mode = .async
        }
    }

    /// `?async=true` of a call's target; `?async` alone says the same.
    static func isAsync(query: String?) throws(APIError) -> Bool {
        guard let query, let text = QueryItems(query)["async"]?.lowercased() else { return false }
        guard let flag = ["": true, "true": true, "1": true, "false": false, "0": false][text] else {
            throw .invalid("async", "Invalid type for 'async': expected a boolean.", code: "invalid_type")
        }
        return flag
    }

    /// Events are told while the caller waits: a task has its own.
    func checkStream(_ streams: Bool) throws(APIError) {
        guard streams, mode != .wait else { return }
        throw .invalid("stream", "'stream' does not go together with an asynchronous answer.")
    }

    private static func webhook(_ reader: inout FieldReader) throws(APIError) -> String? {
        guard let text = try reader.string("webhook_url"), !text.isEmpty else { return nil }
        do throws(HTTPURLError) { _ = try HTTPURL(parsing: text) } catch {
            throw .invalid("webhook_url", "Invalid 'webhook_url': \(error.message).")
        }
        return text
    }
}
