import HTTP
import Testing

@testable import Gateway

@Suite struct CORSTests {
    static let app = "https://app.example"

    private func head(_ method: HTTPMethod, _ fields: HTTPFields) -> HTTPRequestHead {
        HTTPRequestHead(method: method, target: "/v1/models", fields: fields)
    }

    @Test func `a browser may ask before it calls`() async {
        let services = GatewayServices.make(.make(allowedOrigins: [Self.app]))
        let answer = await services.send(
            .options, "/v1/images/generations",
            [
                .origin: Self.app, "access-control-request-method": "POST",
                "access-control-request-headers": "authorization, x-stainless-os",
            ],
            key: nil)
        #expect(answer.status == 204)
        #expect(answer.fields[.accessControlAllowOrigin] == Self.app)
        #expect(answer.fields[.accessControlAllowHeaders] == "authorization, x-stainless-os")
        #expect(answer.fields[.accessControlAllowMethods]?.contains("POST") == true)
        #expect(answer.fields[.vary] == "origin")
        #expect(answer.fields[.requestID] != nil)
    }

    @Test func `a foreign page is not let in`() async {
        let services = GatewayServices.make(.make(allowedOrigins: [Self.app]))
        let asked = await services.send(
            .options, "/v1/models", [.origin: "https://evil.example", "access-control-request-method": "GET"], key: nil)
        #expect(asked.status == 204)
        #expect(!asked.fields.contains(.accessControlAllowOrigin))
        #expect(!asked.fields.contains(.accessControlAllowMethods))
        let called = await services.send(.get, "/v1/models", [.origin: "https://evil.example"])
        #expect(!called.fields.contains(.accessControlAllowOrigin))
        #expect(called.fields[.vary] == "origin")
    }

    @Test func `errors can be read by the page, too`() async {
        let services = GatewayServices.make(.make(allowedOrigins: ["*"]))
        let answer = await services.send(.get, "/v1/models", [.origin: Self.app], key: nil)
        #expect(answer.status == 401)
        #expect(answer.fields[.accessControlAllowOrigin] == "*")
        #expect(answer.fields[.accessControlExposeHeaders]?.contains("x-request-id") == true)
        #expect(!answer.fields.contains(.vary))
    }

    @Test func `without the policy nothing of it is said`() async {
        let services = GatewayServices.make()
        let answer = await services.send(.options, "/v1/models", [.origin: Self.app, "access-control-request-method": "GET"])
        #expect(answer.status == 405)
        #expect(!answer.fields.contains(.accessControlAllowOrigin))
    }

    @Test func `OPTIONS that is no question is an ordinary request`() {
        #expect(CORSPolicy(["*"]).preflight(head(.options, [.origin: Self.app])) == nil)
        #expect(CORSPolicy(["*"]).preflight(head(.get, [.origin: Self.app, "access-control-request-method": "GET"])) == nil)
    }
}
