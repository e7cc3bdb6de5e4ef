import GatewayTesting
import HTTP
import Media
import Testing

@testable import Gateway

/// The errors that have nothing to do with a model, in each dialect's envelope.
@Suite(.timeLimit(.minutes(1))) struct DialectTests {
    static let images = "/v1/images/generations"
    static let imageRouter = "/v1/openai/images/generations"

    private func expect(_ answer: Answer, _ status: Int, _ code: String, in dialect: Dialect) {
        #expect(answer.status == status)
        #expect(answer.fields[.contentType] == "application/json")
        #expect(answer.fields[.requestID]?.hasPrefix("req_") == true)
        let error = answer.error.object ?? [:]
        #expect(error["message"]?.string?.isEmpty == false)
        switch dialect {
        case .openAI:
            #expect(error.keys == ["message", "type", "param", "code"])
            #expect(error["code"]?.string == code)
        case .infron:
            #expect(error.keys == ["message", "type", "param", "code"])
            #expect(error["code"]?.int == status)
            #expect(error["param"]?.string != nil)
        case .imageRouter: #expect(error.keys == ["message", "type"])
        }
    }

    @Test(arguments: [(images, Dialect.openAI), (imageRouter, .imageRouter), ("/v1/models", .openAI)])
    func `without a key it is 401`(path: String, dialect: Dialect) async {
        for authorization in [nil, "Bearer wrong", "Basic x"] as [String?] {
            let fields = authorization.map { HTTPFields([.authorization: $0]) } ?? HTTPFields()
            let answer = await GatewayServices.make().send(path == "/v1/models" ? .get : .post, path, fields, key: nil)
            expect(answer, 401, "invalid_api_key", in: dialect)
            #expect(answer.fields[.wwwAuthenticate] == "Bearer")
            #expect(answer.error["type"] == (dialect == .imageRouter ? "unauthorized" : "invalid_request_error"))
        }
    }

    @Test(arguments: [
        ("/v1/nothing", Dialect.openAI), ("/", .openAI), ("/v1/openai/nothing", .imageRouter), ("/v1/videos/tasks/1", .infron),
        ("/v1/images/tasks/1", .infron), ("/files/nothing.png", .openAI),
    ])
    func `what is not there is 404`(path: String, dialect: Dialect) async {
        expect(await GatewayServices.make().send(.get, path), 404, "not_found", in: dialect)
    }

    @Test(arguments: [
        (images, Dialect.openAI, "POST"), (imageRouter, .imageRouter, "POST"), ("/v1/models/x", .openAI, "GET, HEAD, DELETE"),
    ])
    func `a wrong method is 405 and names the right ones`(path: String, dialect: Dialect, allowed: String) async {
        let answer = await GatewayServices.make().send(.put, path)
        expect(answer, 405, "method_not_allowed", in: dialect)
        #expect(answer.fields[.allow] == allowed)
    }

    @Test(arguments: [(images, Dialect.openAI), (imageRouter, .imageRouter)])
    func `a body that is too large is 413`(path: String, dialect: Dialect) async {
        let services = GatewayServices.make(.make(limits: BodyLimits(json: 20)))
        expect(await services.post(path, ["model": "cat-1", "prompt": "a cat"]), 413, "request_too_large", in: dialect)
    }

    @Test(arguments: [(images, Dialect.openAI), (imageRouter, .imageRouter)])
    func `a body of another type is 415`(path: String, dialect: Dialect) async {
        let answer = await GatewayServices.make().send(.post, path, [.contentType: "text/plain"], body: [1])
        expect(answer, 415, "unsupported_media_type", in: dialect)
        expect(await GatewayServices.make().send(.post, path), 415, "unsupported_media_type", in: dialect)
    }

    @Test(
        arguments: [
            ("/v1/images/generations", ["model": "nope", "prompt": "a"], Dialect.openAI),
            ("/v1/images/generations", ["model": "nope", "prompt": "a", "output_format": "url"], .infron),
            ("/v1/openai/images/generations", ["model": "nope", "prompt": "a"], .imageRouter),
        ] as [(String, JSONValue, Dialect)])
    func `an unknown model is 404`(path: String, body: JSONValue, dialect: Dialect) async {
        expect(await GatewayServices.make().post(path, body), 404, "model_not_found", in: dialect)
    }

    @Test func `a bad field in Infron's dialect has an integer code and a param`() async {
        let answer = await GatewayServices.make().post(Self.images, ["model": "cat-1", "prompt": "a", "output_format": "url", "n": 99])
        #expect(
            answer.error == [
                "message": "Invalid 'n': expected 1 to 10, but got 99.", "type": "invalid_request_error", "param": "n", "code": 400,
            ])
    }

    @Test(arguments: [
        (HTTPRefusal.headTimeout, 408), (.unknownExpectation, 417), (.noRoom, 503),
    ])
    func `what cannot be handled has the envelope, too`(reason: HTTPRefusal, status: Int) async {
        let response = GatewayHandler(.make()).refuse(reason)
        let answer = Answer(status: response.status.code, fields: response.fields, bytes: await response.body.collected())
        #expect(answer.status == status)
        #expect(answer.error.object?.keys == ["message", "type", "param", "code"])
        #expect(answer.fields[.requestID] != nil)
        #expect(answer.fields.contains(.retryAfter) == (status == 503))
    }
}
