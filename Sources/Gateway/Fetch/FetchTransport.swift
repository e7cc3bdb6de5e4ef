package import HTTP
package import Transport

/// What fetching needs of the network. Follows nothing, sends nothing that it was not given.
package protocol FetchTransport: Sendable {
    /// All addresses of a name, in the order in which the system would try them.
    func addresses(of host: String, deadline: Instant) async -> Result<[IPAddress], FetchTransportError>

    /// One GET to exactly this address, with the name of the URL in Host and TLS; any status is an answer.
    /// - Parameters:
    ///   - fields: all fields but Host. No cookies, no proxy.
    ///   - deadline: for the last byte of the content, too.
    func get(
        _ url: HTTPURL, at address: IPAddress, fields: HTTPFields, deadline: Instant
    ) async -> Result<FetchAnswer, FetchTransportError>
}

/// A status and what follows it. A content that is not read to its end closes its connection.
package struct FetchAnswer: Sendable {
    package var status: HTTPStatus
    package var fields: HTTPFields
    package var content: HTTPBody

    package init(status: HTTPStatus, fields: HTTPFields = HTTPFields(), content: HTTPBody = .none) {
        self.status = status
        self.fields = fields
        self.content = content
    }
}

/// Why there was no answer; the message is for the log.
package struct FetchTransportError: Error, Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// No such name, no connection, no TLS: another address may do better.
        case unreachable
        /// Connected, but no answer that can be read.
        case failed
        case timedOut
        case cancelled
    }

    package let kind: Kind
    package let message: String

    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}
