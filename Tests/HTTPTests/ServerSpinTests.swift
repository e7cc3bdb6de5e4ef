import GatewayTesting
import HTTP
import Testing
import Transport

@Suite(.timeLimit(.minutes(1)))
struct ServerSpinTests {
    private let fixture = ClientFixture()

    @Test(arguments: [0, 1, 2, 5, 10, 20, 50], [0, 100, 16 << 20]) func `spin`(delay: Int, size: Int) async throws {
        let server = HTTPServer(loops: [.testServers], settings: HTTPServerSettings())
        let address = try await server.listen(on: try loopback())
        var request = try fixture.request(address.port, method: .post)
        request.body = HTTPBody([UInt8](repeating: 1, count: size))
        request.deadline = .now + .seconds(5)
        async let failure = fixture.failure(request)
        if delay > 0 { try await Task.sleep(for: .milliseconds(delay)) }
        await server.drain(deadline: .now + .seconds(5))
        let kind = await failure
        #expect(kind == .reset || kind == .unreachable)
    }
}
