import GatewayTesting
import HTTP
import Testing
import Transport

/// What the server answers by itself, and the order of 100-continue.
@Suite(.timeLimit(.minutes(1)))
struct ServerRefusalTests {
    private func echo(_ settings: HTTPServerSettings = HTTPServerSettings()) async throws -> TestServer {
        try await TestServer(settings) { request in
            do { return .text(String(decoding: try await request.body.collect(), as: UTF8.self)) } catch {
                return HTTPResponse(status: 400, body: HTTPBody(Array("\(error)".utf8)))
            }
        }
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\n\r\n", 400), ("BROKEN\r\n\r\n", 400), ("GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n", 400),
        ("GET / HTTP/3.0\r\nhost: a\r\n\r\n", 505), ("GET /\(String(repeating: "a", count: 20_000)) HTTP/1.1\r\nhost: a\r\n\r\n", 414),
    ])
    func `what is no request is refused in JSON and the connection closes`(request: String, status: Int) async throws {
        let client = try await echo().connect()
        await client.send(request)
        let answer = try await client.readResponse()
        #expect(answer.head.status.code == status)
        #expect(answer.text == "{\"status\":\(status)}")
        #expect(answer.head.fields[.connection] == "close")
        #expect(await client.closes())
    }

    @Test func `the requests before a malformed one are answered`() async throws {
        let client = try await echo().connect()
        await client.send("GET / HTTP/1.1\r\nhost: a\r\n\r\nBROKEN\r\n\r\n")
        #expect(try await client.readResponse().head.status == 200)
        #expect(try await client.readResponse().head.status == 400)
        #expect(await client.closes())
    }

    @Test func `a head that does not end in time is answered with 408`() async throws {
        let client = try await echo(HTTPServerSettings(headerTimeout: .seconds(2))).connect()
        await client.send("GET / HTTP/1.1\r\nhost:")
        #expect(try await client.readResponse().head.status == 408)
        #expect(await client.closes())
    }

    @Test func `a connection that sends nothing is closed without a word`() async throws {
        let client = try await echo(HTTPServerSettings(headerTimeout: .milliseconds(50))).connect()
        #expect(await client.readToEnd() == "")
    }

    @Test func `a body slower than the minimum rate is lost`() async throws {
        let rate = MinimumRate(grace: .milliseconds(50), bytesPerSecond: 1 << 20)
        let client = try await echo(HTTPServerSettings(rate: rate)).connect()
        await client.send("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\n12345")
        let answer = try await client.readResponse()
        #expect(answer.head.status == 400)
        #expect(answer.text.contains("timedOut"))
        #expect(answer.head.fields[.connection] == "close")
        #expect(await client.closes())
    }

    @Test func `100-continue is sent when the handler reads the body`() async throws {
        let client = try await echo().connect()
        await client.send("POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n")
        #expect(try await client.read(through: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
        await client.send("hi")
        #expect(try await client.readResponse().text == "hi")
    }

    @Test func `a handler that answers first sends no 100-continue`() async throws {
        let server = try await TestServer { _ in HTTPResponse(status: 401) }
        let client = try await server.connect()
        await client.send("POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n")
        let answer = try await client.readResponse()
        #expect(answer.head.status == 401)
        #expect(answer.head.fields[.connection] == "close")
        #expect(await client.closes())
    }

    @Test func `an unknown expectation is answered with 417`() async throws {
        let client = try await echo().connect()
        await client.send("GET / HTTP/1.1\r\nhost: a\r\nexpect: miracles\r\n\r\n")
        #expect(try await client.readResponse().head.status == 417)
        await client.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n")
        #expect(try await client.readResponse().head.status == 200)
    }

    @Test func `HTTP 1.0 gets no 100-continue`() async throws {
        let client = try await echo().connect()
        await client.send("POST / HTTP/1.0\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n")
        await client.send("hi")
        #expect(try await client.readResponse().text == "hi")
    }
}
