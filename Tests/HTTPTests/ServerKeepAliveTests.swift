import GatewayTesting
import HTTP
import Testing
import Transport

/// Which requests share a connection, and when it closes.
@Suite(.timeLimit(.minutes(1)))
struct ServerKeepAliveTests {
    private func server(_ settings: HTTPServerSettings = HTTPServerSettings()) async throws -> TestServer {
        try await TestServer(settings) { .text($0.head.path) }
    }

    @Test func `requests follow one another on a connection`() async throws {
        let client = try await server().connect()
        for path in ["/one", "/two", "/three"] {
            await client.send("GET \(path) HTTP/1.1\r\nhost: test\r\n\r\n")
            let answer = try await client.readResponse()
            #expect(answer.text == path)
            #expect(answer.head.fields[.connection] == nil)
        }
    }

    @Test func `ten requests in one write are answered in order`() async throws {
        let client = try await server().connect()
        await client.send((0..<10).map { "GET /\($0) HTTP/1.1\r\nhost: test\r\n\r\n" }.joined())
        for number in 0..<10 { #expect(try await client.readResponse().text == "/\(number)") }
    }

    @Test func `pipelined bodies do not run into each other`() async throws {
        let server = try await TestServer { request in .text(String(decoding: (try? await request.body.collect()) ?? [], as: UTF8.self)) }
        let client = try await server.connect()
        let first = "POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 3\r\n\r\none"
        let second = "POST / HTTP/1.1\r\nhost: test\r\ntransfer-encoding: chunked\r\n\r\n2\r\ntw\r\n1\r\no\r\n0\r\n\r\n"
        await client.send(first + second + first)
        for text in ["one", "two", "one"] { #expect(try await client.readResponse().text == text) }
    }

    @Test func `a client's close is answered with close`() async throws {
        let client = try await server().connect()
        await client.send("GET / HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n")
        #expect(try await client.readResponse().head.fields[.connection] == "close")
        #expect(await client.closes())
    }

    @Test func `HTTP 1.0 closes unless it asks for keep-alive`() async throws {
        let client = try await server().connect()
        await client.send("GET /kept HTTP/1.0\r\nconnection: keep-alive\r\n\r\n")
        let kept = try await client.readResponse()
        #expect(kept.head.fields[.connection] == "keep-alive")
        await client.send("GET /last HTTP/1.0\r\n\r\n")
        let last = try await client.readResponse()
        #expect(last.text == "/last")
        #expect(last.head.fields[.connection] == "close")
        #expect(await client.closes())
    }

    @Test func `a HEAD answer has the length and no body`() async throws {
        let client = try await server().connect()
        await client.send("HEAD /four HTTP/1.1\r\nhost: test\r\n\r\nGET /next HTTP/1.1\r\nhost: test\r\n\r\n")
        let head = try await client.readResponse(to: .head)
        #expect(head.head.fields[.contentLength] == "5")
        #expect(head.body.isEmpty)
        #expect(try await client.readResponse().text == "/next")
    }

    @Test func `an idle connection closes without a word`() async throws {
        let client = try await server(HTTPServerSettings(idleTimeout: .milliseconds(50))).connect()
        await client.send("GET / HTTP/1.1\r\nhost: test\r\n\r\n")
        _ = try await client.readResponse()
        #expect(await client.readToEnd() == "")
    }

    @Test func `a connection above the limit is answered with 503`() async throws {
        let server = try await server(HTTPServerSettings(maximumConnections: 1))
        let first = try await server.connect()
        await first.send("GET / HTTP/1.1\r\nhost: test\r\n\r\n")
        _ = try await first.readResponse()
        let second = try await server.connect()
        await second.send("GET / HTTP/1.1\r\nhost: test\r\n\r\n")
        let answer = try await second.readResponse()
        #expect(answer.head.status == 503)
        #expect(answer.text == "{\"status\":503}")
        await first.close()
        #expect(await eventually { await server.server.openConnections() == 0 })
        let third = try await server.connect()
        await third.send("GET /third HTTP/1.1\r\nhost: test\r\n\r\n")
        #expect(try await third.readResponse().text == "/third")
    }
}
