import HTTP
import Media
import Testing

@testable import Providers

/// What capabilities promise can be said: the filter lets a request through, and the provider finds words for it.
@Suite struct `Promises` {
    struct Case: Sendable, CustomTestStringConvertible {
        let fixture: ProviderFixture
        let model: String
        var testDescription: String { "\(fixture.json["settings"]?["type"]?.string ?? "") \(model)" }
    }

    static let cases: [Case] = {
        var seen: Set<String> = []
        return ProviderFixture.all.compactMap { fixture in
            guard case .start(let request) = fixture.step(), fixture.json["refused"] == nil, !request.model.isEmpty else { return nil }
            let one = Case(fixture: fixture, model: request.model)
            return seen.insert(one.testDescription).inserted ? one : nil
        }
    }()

    @Test(arguments: cases)
    func `whatever passes the filter can be said`(_ one: Case) throws {
        let provider = try one.fixture.provider()
        for operation in GenerationRequest.Operation.allCases {
            let capabilities = provider.capabilities(for: one.model, operation)
            guard capabilities.operations.contains(operation) else { continue }
            let shared = SharedCapabilities(capabilities)
            let (fewest, most) = (capabilities.minimumInputs, capabilities.maximumInputs)
            let counts = Set([fewest, most, (fewest + most) / 2])
            for count in counts {
                for hasMask in [false, true] where hasMask ? capabilities.acceptsMask && count == 1 : !capabilities.needsMask {
                    let request = request(operation, one.model, inputs: count, hasMask: hasMask, capabilities)
                    guard let request, case .can(let adapted) = CapabilityFilter.verdict(on: request, with: shared) else { continue }
                    do throws(UpstreamError) { _ = try provider.request(for: .start(adapted.request)) } catch {
                        Issue.record("\(operation), \(count) inputs\(hasMask ? ", mask" : ""): \(error.message)")
                    }
                }
            }
        }
    }

    /// nil where there is nothing to make it from.
    private func request(
        _ operation: GenerationRequest.Operation, _ model: String, inputs: Int, hasMask: Bool, _ capabilities: Capabilities
    ) -> GenerationRequest? {
        var request = GenerationRequest(operation: operation, model: model, prompt: "a red kite", size: .pixels(width: 1024, height: 768))
        request.inputs = Array(repeating: input(capabilities.inputForm), count: inputs)
        if hasMask { request.mask = input(capabilities.inputForm) }
        if operation.isVideo { request.seconds = 5 }
        if [.editVideo, .remixVideo, .extendVideo].contains(operation) {
            guard capabilities.acceptsVideoFile else { return nil }
            request.source = .given(input(capabilities.videoForm ?? capabilities.inputForm))
        }
        return request
    }

    private func input(_ form: Capabilities.InputForm) -> MediaInput {
        let content: MediaInput.Content =
            switch form {
            case .data: .data(ByteSource([1, 2, 3]))
            case .base64: .base64("AQID")
            case .upload: .uploaded("a.png")
            case .address: .url("https://example.com/a.png")
            }
        return MediaInput(content: content, type: .png, fileName: "a.png")
    }
}
