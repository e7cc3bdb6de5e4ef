import HTTP
import Media
import Testing

@testable import Gateway

/// Any web page may let a browser send a form to a gateway on the same machine.
@Suite(.timeLimit(.minutes(1))) struct ReviewForeignPageTests {
    private static let evil = "https://evil.example"

    private func post(_ services: GatewayServices, origin: String?, key: String? = nil) async -> Answer {
        var form = FormBody()
        form.text("model", "cat-1")
        form.text("prompt", "a cat")
        var fields: HTTPFields = [.contentType: FormBody.type, .host: "127.0.0.1:8080"]
        if let origin { fields.append(.origin, origin) }
        return await services.send(.post, "/v1/images/generations", fields, body: form.ended, key: key)
    }

    @Test(arguments: [evil, "null", "http://127.0.0.1:9090", "https://127.0.0.1:8080.evil.example"])
    func `without keys, a page that nobody has invited buys nothing`(origin: String) async {
        let providers = [RecordingProvider("a"), RecordingProvider("b")]
        let answer = await post(.make(keys: .make(isOpen: true), providers: providers), origin: origin)
        #expect(answer.status == 403)
        #expect(answer.error["code"] == "foreign_origin")
        #expect(!answer.fields.contains(.zoetropeAttempts))
    }

    @Test(arguments: [nil, "http://127.0.0.1:8080", "http://gateway.test:8080"])
    func `programs and the gateway's own pages may call`(origin: String?) async {
        #expect(await post(.make(keys: .make(isOpen: true)), origin: origin).status == 200)
    }

    @Test func `so may who shows a key, and pages that the configuration names`() async {
        #expect(await post(.make(keys: .make(isOpen: true)), origin: Self.evil, key: "key-of-alice").status == 200)
        #expect(await post(.make(), origin: Self.evil, key: "key-of-alice").status == 200)
        for invited in [Self.evil, "*"] {
            let services = GatewayServices.make(.make(allowedOrigins: [invited]), keys: .make(isOpen: true))
            #expect(await post(services, origin: Self.evil).status == 200)
        }
    }

    @Test func `reading is for the browser to decide`() async {
        let services = GatewayServices.make(keys: .make(isOpen: true))
        #expect(await services.send(.get, "/v1/models", [.origin: Self.evil, .host: "127.0.0.1:8080"], key: nil).status == 200)
    }
}
