import HTTP
import Media
import Testing

@testable import Providers

@Suite struct `Bedrock settings` {
    private static let pair = ["access_key_id": "AKIDFIXTURE0001", "secret_access_key": "fixture/secret+key0001"]

    @Test(arguments: [
        ([String: String](), [String: String](), "api_key"), (["region": "us-east-1.example.com/"], pair, "region"),
        (["region": ""], pair, "region"), (["output": "https://kites"], pair, "output"), (["output": "s3://"], pair, "output"),
        (["output": "s3://Kites_/x"], pair, "output"), (["output": "s3://kites/../x"], pair, "output"),
        ([:], ["access_key_id": "AKIDFIXTURE0001"], "secret_access_key"), ([:], ["secret_access_key": "fixture/secret"], "access_key_id"),
        ([:], ["access_key_id": "AKID FIXTURE", "secret_access_key": "fixture/secret"], "access_key_id"),
    ])
    func `mistakes are told with their key`(_ options: [String: String], _ secrets: [String: String], _ key: String) {
        let error = #expect(throws: ConfigurationError.self) { try make(options, secrets) }
        #expect(error?.key == key)
        #expect(secrets.values.allSatisfy { error?.message.contains($0) == false })
    }

    @Test func `a key pair is enough`() throws {
        let provider = try make([:], Self.pair)
        #expect(provider.capabilities(for: "amazon.nova-canvas-v1:0").operations.contains(.generate))
        #expect(provider.capabilities(for: "amazon.nova-reel-v1:1").operations.isEmpty)
        #expect(try make(["output": "s3://kites"], Self.pair).capabilities(for: "us.amazon.nova-reel-v1:1").operations == [.video])
    }

    @Test func `the secrets of a pair are in no error`() throws {
        let provider = try make([:], Self.pair)
        let step = Step.start(GenerationRequest(model: "amazon.nova-canvas-v1:0", prompt: "a red kite"))
        let body = #"{"message": "fixture/secret+key0001 of AKIDFIXTURE0001 is wrong"}"#
        let error = #expect(throws: UpstreamError.self) {
            try provider.generation(from: UpstreamResponse(status: HTTPStatus(500), body: Array(body.utf8)), at: step)
        }
        #expect(error?.message == "[hidden] of [hidden] is wrong")
    }

    private func make(_ options: [String: String], _ secrets: [String: String]) throws -> BedrockProvider {
        try BedrockProvider(
            ProviderSettings(name: "a", type: "bedrock", options: options, secrets: secrets.mapValues { Secret($0) }))
    }
}
