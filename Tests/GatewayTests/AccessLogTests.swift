import GatewayTesting
import HTTP
import Media
import Testing
import Transport

@testable import Gateway

@Suite(.timeLimit(.minutes(1))) struct AccessLogTests {
    @Test func `a line has what happened, as JSON`() throws {
        var record = AccessRecord(requestID: "req_1", method: .post, path: "/v1/\"x\"\n", started: .now)
        record.caller = "alice"
        record.model = "cat-1"
        record.status = 200
        record.attempts = [
            Attempt(
                candidate: Candidate(provider: "a", upstreamModel: "m"), outcome: .succeeded(status: 200), duration: .milliseconds(5),
                billed: .yes)
        ]
        let line = record.line(
            HTTPDelivery(bodyBytes: 17, isComplete: true), now: record.started + .milliseconds(12), secondsSince1970: 1_700_000_000)
        #expect(
            try JSONValue(parsing: line) == [
                "time": 1_700_000_000, "id": "req_1", "method": "POST", "path": "/v1/\"x\"\n", "key": "alice", "model": "cat-1",
                "attempts": "a=200;5ms", "status": 200, "bytes": 17, "ms": 12,
            ])
        #expect(!line.contains(10))
    }

    @Test func `a client that left is 499, and long names are cut`() throws {
        var record = AccessRecord(requestID: "r", method: .get, path: String(repeating: "p", count: 5000), started: .now)
        record.model = String(repeating: "m", count: 5000)
        record.status = 200
        let line = try JSONValue(
            parsing: record.line(HTTPDelivery(bodyBytes: 0, isComplete: false), now: record.started, secondsSince1970: 0))
        #expect(line["status"] == 499)
        #expect(line["path"]?.string?.utf8.count == 256)
        #expect(line["model"]?.string?.utf8.count == 128)
        #expect(line["key"] == nil)
    }

    static let secret = "do-not-write-me-down"

    @Test(arguments: [200, 400, 401, 429, 500], [true, false])
    func `neither a prompt nor a key nor an input is ever in the log`(upstream: Int, streams: Bool) async {
        let pipe = LogPipe()
        let transport = ScriptedTransport(otherwise: .answer(upstream))
        let services = GatewayServices.make(transport: transport, log: pipe.writer)
        var form = FormBody()
        for (name, value) in [("prompt", Self.secret), ("model", "cat-1"), ("user", Self.secret), ("style", Self.secret)] {
            form.text(name, value)
        }
        form.text("image", "https://x.example/\(Self.secret).png")
        if streams { form.text("stream", "true") }
        form.file("image", Picture.png + Array(Self.secret.utf8), fileName: "\(Self.secret).png")
        let answer = await services.send(
            .post, "/v1/images/edits?\(Self.secret)", [.contentType: FormBody.type, "x-secret": Self.secret], body: form.ended)
        let line = pipe.line()
        #expect(line.contains("\"status\":\(answer.status)"))
        #expect(line.contains("\"key\":\"alice\""))
        #expect(line.contains("\"model\":\"cat-1\""))
        #expect(line.contains("\"attempts\":\"a=\(upstream);"))
        #expect(!line.contains(Self.secret))
        #expect(!line.contains("key-of-alice"))
    }

    @Test(arguments: ["Bearer \(secret)", secret, "Basic \(secret)"])
    func `a wrong key is not written down either`(authorization: String) async {
        let pipe = LogPipe()
        let services = GatewayServices.make(log: pipe.writer)
        let answer = await services.send(.post, "/v1/images/generations", [.authorization: authorization], key: nil)
        #expect(answer.status == 401)
        #expect(!answer.text.contains(Self.secret))
        let line = pipe.line()
        #expect(line.contains("\"status\":401"))
        #expect(line.contains(answer.fields[.requestID] ?? "?"))
        #expect(!line.contains(Self.secret))
    }

    @Test func `a request that cannot be read is logged, too`() {
        let pipe = LogPipe()
        let response = GatewayHandler(.make(log: pipe.writer)).refuse(.headTimeout)
        response.onEnd?(HTTPDelivery(bodyBytes: 1, isComplete: true))
        #expect(response.status == 408)
        #expect(pipe.line().contains("\"status\":408"))
    }
}
