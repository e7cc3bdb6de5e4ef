import GatewayTesting
import HTTP
import Transport

/// A client of its own on the loop of the tests' clients.
struct ClientFixture {
    let client: HTTPClient

    init(limits: PoolLimits = PoolLimits(), known: [String: [[UInt8]]] = [:]) {
        client = HTTPClient(.testClients, resolver: Resolver(known: known), limits: limits)
    }

    /// A request to a port of the loopback address.
    func request(
        _ port: Int, method: HTTPMethod = .get, host: String = "127.0.0.1", scheme: HTTPURL.Scheme = .http
    ) throws -> HTTPClientRequest {
        HTTPClientRequest(method, try HTTPURL(parsing: "\(scheme.rawValue)://\(host):\(port)/path?query"), deadline: .now + .seconds(20))
    }

    /// Sends and reads all of the answer.
    func exchange(_ request: HTTPClientRequest) async throws -> RawMessage<HTTPResponseHead> {
        let response = try await client.send(request).get()
        return RawMessage(head: response.head, body: try await HTTPBody.stream(response.body, length: nil).collect())
    }

    /// Why an exchange failed; nil when it did not.
    func failure(_ request: HTTPClientRequest) async -> HTTPClientError.Kind? {
        do {
            _ = try await exchange(request)
            return nil
        } catch { return (error as? HTTPClientError)?.kind }
    }
}

/// An answer's text with a length.
func answer(_ body: String, fields: String = "") -> String {
    "HTTP/1.1 200 OK\r\n\(fields)content-length: \(body.utf8.count)\r\n\r\n\(body)"
}
