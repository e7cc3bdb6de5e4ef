import HTTP
import Media
import Testing

@testable import Providers

@Suite struct `Vertex AI credentials` {
    @Test func `a service account signs for a token at its own address`() throws {
        let request = try #require(try provider().tokenRequest())
        #expect(request.method == .post)
        #expect(request.url.description == "https://oauth2.googleapis.com/token")
        #expect(request.fields[.authorization] == nil)
        guard case .bytes(let bytes, "application/x-www-form-urlencoded") = request.body else {
            Issue.record("the body is no form")
            return
        }
        let grant = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion="
        #expect(String(decoding: bytes, as: UTF8.self) == grant + Self.content + "." + Self.signature)
    }

    @Test func `a token that is written is used as it is`() throws {
        let provider = try provider(secrets: ["access_token": Secret("ya29.fixture-0001")])
        #expect(try provider.tokenRequest() == nil)
    }

    @Test func `the answer holds a token and its lifetime`() throws {
        let token = try provider().token(
            from: answer(200, ["access_token": "ya29.fixture-0002", "expires_in": 3599, "token_type": "Bearer"]))
        #expect(token.value.value == "ya29.fixture-0002")
        #expect(token.lifetime == .seconds(3599))
        #expect(try provider().token(from: answer(200, ["access_token": "ya29.fixture-0002"])).lifetime == .seconds(3600))
    }

    @Test(
        arguments: [
            (400, ["error": "invalid_grant", "error_description": "Invalid JWT Signature."], UpstreamError.Kind.keyRefused),
            (401, ["error": "invalid_client"], .keyRefused), (429, [:], .rateLimited), (503, [:], .serverFault), (504, [:], .serverFault),
            (200, [:], .serverFault), (200, ["access_token": "two words"], .serverFault),
        ] as [(Int, JSONValue, UpstreamError.Kind)])
    func `an answer without a token has bought nothing`(_ status: Int, _ json: JSONValue, _ kind: UpstreamError.Kind) throws {
        let provider = try provider()
        let error = #expect(throws: UpstreamError.self) { try provider.token(from: answer(status, json)) }
        #expect(error?.kind == kind)
        #expect(error?.progress == .answered)
    }

    @Test(
        arguments: [
            ("http://oauth2.googleapis.com/token", nil, false), ("http://127.0.0.1:9000/token", nil, false),
            ("http://127.0.0.1:9000/token", "https://127.0.0.1:9001", false),
            ("http://127.0.0.1:9000/token", "http://127.0.0.1:9001", true),
            ("http://tokens.example/token", "http://127.0.0.1:9001", false), ("http://127.example/token", "http://127.0.0.1:9001", false),
            ("https://tokens.example/token", nil, true), ("ftp://tokens.example", nil, false),
        ] as [(String, String?, Bool)])
    func `tokens come by https, or from this machine where all is plain`(_ address: String, _ base: String?, _ isTaken: Bool) throws {
        let base = try base.map { try HTTPURL(parsing: $0) }
        var document = Self.document
        document["token_uri"] = .string(address)
        if isTaken {
            #expect(try provider(document, baseURL: base).tokenRequest()?.url.description == address)
        } else {
            let error = #expect(throws: ConfigurationError.self) { try provider(document, baseURL: base) }
            #expect(error?.key == "credentials")
        }
    }

    @Test func `files that hold no such account are mistakes`() throws {
        for change in ["client_email", "private_key"] {
            var document = Self.document
            document[change] = nil
            #expect(throws: ConfigurationError.self) { try provider(document) }
        }
        var document = Self.document
        document["private_key"] = "no key"
        let error = #expect(throws: ConfigurationError.self) { try provider(document) }
        #expect(error?.message.contains("no key") == false)
        #expect(throws: ConfigurationError.self) { try provider(nil) }
    }

    @Test func `a project is needed, a location has the shape of one`() throws {
        var document = Self.document
        document["project_id"] = nil
        #expect(throws: ConfigurationError.self) { try provider(document) }
        #expect(throws: ConfigurationError.self) { try provider(options: ["location": "evil.example/"]) }
        _ = try provider(document, options: ["project": "other"])
    }

    @Test func `a token goes to the service and its buckets, and nowhere else`() throws {
        let settings = Self.settings(nil, secrets: ["access_token": Secret("ya29.fixture-0001")], options: ["project": "kites"])
        let endpoint = try VertexProvider.endpoint(settings)
        for (address, isOwn) in [
            ("https://aiplatform.googleapis.com/v1/x", true), ("https://us-central1-aiplatform.googleapis.com/v1/x", true),
            ("https://storage.googleapis.com/b/o", true), ("https://storage.example/b/o", false),
            ("https://oauth2.googleapis.com/token", false),
        ] {
            let fields = endpoint.credentials(for: try HTTPURL(parsing: address))
            #expect(fields[.authorization] == (isOwn ? "Bearer ya29.fixture-0001" : nil))
        }
    }

    private func answer(_ status: Int, _ json: JSONValue) -> UpstreamResponse {
        UpstreamResponse(status: HTTPStatus(status), body: json.serialized())
    }

    @discardableResult
    private func provider(
        _ document: JSONObject? = Self.document, baseURL: HTTPURL? = nil, secrets: [String: Secret] = [:], options: [String: String] = [:]
    ) throws -> VertexProvider {
        try VertexProvider(Self.settings(document, baseURL: baseURL, secrets: secrets, options: options))
    }

    private static func settings(
        _ document: JSONObject?, baseURL: HTTPURL? = nil, secrets: [String: Secret] = [:], options: [String: String] = [:]
    ) -> ProviderSettings {
        ProviderSettings(
            name: "vertex", type: "vertex", baseURL: baseURL, options: options, secrets: secrets,
            documents: document.map { ["credentials": $0.serialized()] } ?? [:], now: { 1_790_000_000 })
    }

    /// What `openssl dgst -sha256 -sign` makes of the header and the claims.
    private static let content =
        "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImtleS03In0.eyJpc3MiOiJnYXRld2F5QGtpdGVzLmV4YW1wbGUiLCJz"
        + "Y29wZSI6Imh0dHBzOi8vd3d3Lmdvb2dsZWFwaXMuY29tL2F1dGgvY2xvdWQtcGxhdGZvcm0iLCJhdWQiOiJodHRwczovL29hdXRo"
        + "Mi5nb29nbGVhcGlzLmNvbS90b2tlbiIsImlhdCI6MTc5MDAwMDAwMCwiZXhwIjoxNzkwMDAzNjAwfQ"
    private static let signature =
        "Zd_4OXw6VIn-WdxaNX37SIymFHMVgYB6VFkCn9M87e7bcrErMLI9BwVfctbXJB15OBdPPu-B280uT605a1k7PXukPEwwyHl3Zmjs"
        + "TxUzo9O5UxJl_OT3_n5zfxxVsB7_CeB17a3oKbSN8g2r0QUo53WUZchnrCc3KK0v2t74lRA"

    private static let document: JSONObject = [
        "type": "service_account", "project_id": "kites", "private_key_id": "key-7", "client_email": "gateway@kites.example",
        "token_uri": "https://oauth2.googleapis.com/token", "private_key": .string(key),
    ]

    /// Made for these tests alone.
    private static let key = """
        -----BEGIN PRIVATE KEY-----
        MIICeAIBADANBgkqhkiG9w0BAQEFAASCAmIwggJeAgEAAoGBAKsssbsjUrHUpm0a
        sXRqmWaFL3CtS6yXlXp9Vr3FppsnSg6cfrG8rG9gNfME2gfxS27BepLMU1GuZ7+w
        GvVbcK1chMsWYNkF8aRoWxiaQ3pI8Ehal+IXfpHew8no/oWpl7D+FGIBxmOgBO8/
        pFrYGd0kl2q34J0yGaS9kPUCCm3LAgMBAAECgYEAlSa3oxmPR9bEQVM+BvOPwO4S
        PTszMitPG1E1kNw1ZQIiHIMuPg7prY6G07+Jf9w330UFWf5iJ00xp6x6gQpxLaBs
        MS/TtLFJp+etSpf0bFokj/QUQngUwS+Dic5i99KK4N+dS0I6aSOdPGY2f9NPTe2N
        N06BBnDV6yyUo/RJQaECQQDerH0u/uF6DG6IioyrVpe/iQwviWBpIdWLxIGYeizh
        dicX51tzFaG2+EwJkOwXToOoNP8zCQu/NIZgTQ3fjZ8bAkEAxMsRXsYMBS0SU8rs
        e19J9xxjDhmnO8EN6b4nB1+04Krq2+wuFfvGGhCBm/8myMu9DsnkXhpta3g2uh4K
        ss1nEQJBANk9qzvoSo5KBqSLl0Wpy45/5DWUb0ziR3Z+lnjt6U9leCpn+t5CYm0h
        vP0wOEVcwjGe0sM1thIq6laVlk1d27UCQHHTj0mFPiCkUEx9PEmj9TFkjvrx5aQP
        Z0/C9+ow9ntZAR2Rv5phldUvpPgpHjLYfZMXPescWBvoXadLhx6i5jECQQCdDnp3
        HWrEdAdriKwb6zcLQzuRSBZRdXkPnsN1UedY3ERXSsDDoNF9G5LaYxsZYdzRaijm
        YvwNRb5vE5mQB5On
        -----END PRIVATE KEY-----
        """
}
