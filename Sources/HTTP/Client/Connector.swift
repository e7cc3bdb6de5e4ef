import Transport

/// Makes connections: resolves, tries all addresses, goes through a proxy, shakes hands.
struct Connector: Sendable {
    let loop: EventLoop
    let resolver: Resolver

    /// Bytes of a proxy's answer to CONNECT.
    private static let proxyHeadLimit = 8 * 1024

    func connect(_ request: HTTPClientRequest) async -> Result<Connection, HTTPClientError> {
        let deadline = min(.now + request.connectTimeout, request.deadline)
        do throws(ConnectionError) {
            let connection = try await open(request, deadline: deadline)
            guard request.url.scheme == .https else { return .success(connection) }
            guard let tls = request.tls else { return .failure(HTTPClientError(.unreachable, "no TLS settings")) }
            try await connection.startTLS(tls, serverName: request.url.host, deadline: deadline)
            return .success(connection)
        } catch {
            return .failure(HTTPClientError(error.kind == .cancelled ? .cancelled : .unreachable, error.message))
        }
    }

    private func open(_ request: HTTPClientRequest, deadline: Instant) async throws(ConnectionError) -> Connection {
        let next = request.proxy ?? request.url
        let connection = try await openFirst(of: try await addresses(request, next, deadline), deadline: deadline)
        if request.proxy != nil, request.url.scheme == .https { try await tunnel(to: request.url, over: connection, via: next, deadline) }
        return connection
    }

    private func addresses(
        _ request: HTTPClientRequest, _ next: HTTPURL, _ deadline: Instant
    ) async throws(ConnectionError) -> [SocketAddress] {
        if let pinned = request.pinnedAddress, request.proxy == nil {
            return [pinned].compactMap { SocketAddress(ip: $0, port: next.port) }
        }
        return try await resolver.resolve(next.host, port: next.port, on: loop, deadline: deadline)
    }

    /// One address after the other; each of several gets a fair part of the time.
    private func openFirst(
        of addresses: [SocketAddress], deadline: Instant
    ) async throws(ConnectionError) -> Connection {
        var failure = ConnectionError(.resolution, "no address")
        for (index, address) in addresses.enumerated() {
            let now = Instant.now
            guard now < deadline, !Task.isCancelled else { break }
            let share = now + (deadline - now) / (addresses.count - index)
            do throws(ConnectionError) {
                return try await Connection.connect(to: address, on: loop, deadline: share)
            } catch { failure = error }
        }
        throw failure
    }

    /// RFC 9110 §9.3.6.
    private func tunnel(
        to url: HTTPURL, over connection: Connection, via proxy: HTTPURL, _ deadline: Instant
    ) async throws(ConnectionError) {
        let authority = "\(url.host.contains(":") ? "[\(url.host)]" : url.host):\(url.port)"
        var head = HTTPRequestHead(method: .connect, target: authority)
        head.fields.append(.host, authority)
        var bytes: [UInt8] = []
        HTTP1Serializer.append(head, to: &bytes)
        connection.write(bytes)
        var parser = HTTP1Parser(.responses, limits: HTTPLimits(head: Connector.proxyHeadLimit))
        parser.expectResponse(to: .connect)
        while true {
            guard let answer = try await connection.read(deadline: deadline) else { break }
            parser.append(answer)
            guard let event = try? parser.next() else { break }
            guard case .responseHead(let head, _) = event else { continue }
            if 200..<300 ~= head.status.code { return }
            throw ConnectionError(.unreachable, "the proxy answered \(head.status.code)")
        }
        throw ConnectionError(.unreachable, "the proxy did not answer CONNECT")
    }
}
