import HTTP
import Media
import Testing

@testable import Providers

@Suite struct `Kling's settings and capabilities` {
    @Test(arguments: [("access_key", "secret_key"), ("secret_key", "access_key")])
    func `half a pair of keys is a mistake`(_ present: String, _ missing: String) {
        let settings = ProviderSettings(name: "kling", type: "kling", secrets: [present: Secret("fixture-0001")])
        let error = #expect(throws: ConfigurationError.self) { try KlingProvider(settings) }
        #expect(error?.key == missing)
    }

    @Test func `the service wants a key`() {
        let error = #expect(throws: ConfigurationError.self) { try KlingProvider(ProviderSettings(name: "kling", type: "kling")) }
        #expect(error?.key == "access_key")
    }

    @Test func `another base may do without`() throws {
        let base = try HTTPURL(parsing: "http://127.0.0.1:8080")
        _ = try KlingProvider(ProviderSettings(name: "kling", type: "kling", baseURL: base))
    }

    @Test func `an API key wins over a pair`() throws {
        let settings = ProviderSettings(
            name: "kling", type: "kling", apiKey: Secret("kling-fixture-0001"), secrets: ["access_key": Secret("ak-fixture-0001")])
        let poll = Step.resume(RemoteOperation(id: "t-1", model: "kling-v2-6"))
        #expect(try KlingProvider(settings).request(for: poll).fields[.authorization] == "Bearer kling-fixture-0001")
    }

    @Test func `a name tells what a model makes`() {
        func operations(_ name: String) -> Set<GenerationRequest.Operation> { KlingModel(name).capabilities.operations }
        #expect(operations("kling-v2-6") == [.video, .extendVideo])
        #expect(operations("kling-v2-1-master") == [.video, .extendVideo])
        #expect(operations("kling-v1-5") == [.generate, .edit, .video])
        #expect(operations("kling-v2-new") == [.generate, .edit])
        #expect(operations("kling-v2-1") == [.generate, .edit, .video, .extendVideo])
        #expect(operations("kling-v3-omni") == [.generate, .edit, .video, .editVideo, .remixVideo])
        #expect(operations("something-new") == [.generate, .edit, .video, .extendVideo])
    }

    @Test func `a name tells the lengths there are`() {
        #expect(KlingModel("kling-v2-6").capabilities.seconds == [5, 10])
        #expect(KlingModel("kling-v3").capabilities.seconds == Set(3...15))
        #expect(KlingModel("kling-video-o1").capabilities.seconds == Set(3...10))
        #expect(KlingModel("kling-v9").capabilities.seconds == nil)
    }
}
