import HTTP
import Media
import Testing
import Transport

@testable import Providers

/// One recorded case: settings and a step, the request they must give, an answer, and what it must mean.
struct ProviderFixture: Sendable, CustomTestStringConvertible {
    /// `openai/answers: a redirect is not followed`.
    let testDescription: String
    /// The case, with the file's `settings` and `start` where it has none of its own.
    let json: JSONValue

    /// Of every file `Fixtures/TYPE/NAME.json`.
    static let all: [ProviderFixture] = names(in: folder).flatMap { type in
        names(in: "\(folder)/\(type)").filter { $0.hasSuffix(".json") }.flatMap { load("\(type)/\($0.dropLast(5))") }
    }

    private static let folder = #filePath.prefix(through: #filePath.lastIndex(of: "/") ?? #filePath.startIndex) + "Fixtures"

    private static func load(_ name: String) -> [ProviderFixture] {
        guard let file = try? JSONValue(parsing: Process.readFile("\(folder)/\(name).json")), let cases = file["cases"]?.array else {
            preconditionFailure("\(name).json is no fixture")
        }
        return cases.compactMap(\.object).map { members in
            var members = members
            let isStarting = members["resume"] == nil && members["cancel"] == nil && members["upload"] == nil
            for key in isStarting ? ["settings", "start", "dispatched"] : ["settings"] where members[key] == nil {
                members[key] = file[key]
            }
            return ProviderFixture(testDescription: "\(name): \(members["name"]?.string ?? "?")", json: .object(members))
        }
    }

    private static func names(in folder: some StringProtocol) -> [String] {
        (try? Process.names(in: String(folder))) ?? []
    }
}

extension ProviderFixture {
    func provider() throws -> any Provider {
        try ProviderRegistry.make(settings())
    }

    func settings() throws -> ProviderSettings {
        let json = json["settings"] ?? .null
        return ProviderSettings(
            name: "fixture", type: json["type"]?.string ?? "", baseURL: try json["base_url"]?.string.map { try HTTPURL(parsing: $0) },
            apiKey: json["api_key"]?.string.map(Secret.init), headers: Self.texts(json["headers"]).map { ($0.0, $0.1) },
            options: Dictionary(uniqueKeysWithValues: Self.texts(json["options"])),
            secrets: Dictionary(uniqueKeysWithValues: Self.texts(json["secrets"]).map { ($0.0, Secret($0.1)) }),
            documents: Dictionary(uniqueKeysWithValues: (json["documents"]?.object ?? [:]).map { ($0.key, $0.value.serialized()) }),
            now: { json["now"]?.int ?? 1_790_000_000 }, random: { UInt64(json["random"]?.int ?? 7) })
    }

    /// What the capability filter makes of the request where the fixture says `dispatched`: then `size` becomes `shape` as it does in a call.
    func verdict(of provider: any Provider) -> CapabilityFilter.Verdict? {
        guard json["dispatched"]?.bool == true, case .start(let request) = step() else { return nil }
        return CapabilityFilter.verdict(on: request, with: SharedCapabilities(provider.capabilities(for: request.model, request.operation)))
    }

    /// The step as it reaches the provider.
    func step(at provider: any Provider) -> Step {
        guard case .can(let adapted) = verdict(of: provider) else { return step() }
        return .start(adapted.request)
    }

    func step() -> Step {
        if let operation = json["resume"] { return .resume(Self.operation(operation)) }
        if let upload = json["upload"] { return .upload(Self.input(upload, name: "image-0.png"), model: upload["model"]?.string ?? "") }
        if let operation = json["cancel"] { return .cancel(Self.operation(operation)) }
        return .start(Self.request(json["start"] ?? .null))
    }

    var response: UpstreamResponse? {
        guard let json = json["response"] else { return nil }
        var fields = HTTPFields()
        for (name, value) in Self.texts(json["fields"]) { fields.append(HTTPFieldName(name), value) }
        let body = json["json"]?.serialized() ?? Array((json["text"]?.string ?? "").utf8)
        return UpstreamResponse(status: HTTPStatus(json["status"]?.int ?? 0), fields: fields, body: body)
    }

    private static func texts(_ json: JSONValue?) -> [(String, String)] {
        (json?.object ?? [:]).map { ($0.key, $0.value.string ?? "") }
    }

    private static func operation(_ json: JSONValue) -> RemoteOperation {
        RemoteOperation(id: json["id"]?.string ?? "", model: json["model"]?.string ?? "", state: json["state"]?.object ?? [:])
    }

    private static func request(_ json: JSONValue) -> GenerationRequest {
        var request = GenerationRequest(
            operation: json["operation"]?.string.flatMap(GenerationRequest.Operation.init) ?? .generate, model: json["model"]?.string ?? "",
            prompt: json["prompt"]?.string, count: json["count"]?.int ?? 1,
            size: json["size"].map { .pixels(width: $0[0]?.int ?? 0, height: $0[1]?.int ?? 0) } ?? .auto, quality: json["quality"]?.string,
            background: json["background"]?.string.flatMap(GenerationRequest.Background.init),
            inputs: (json["inputs"]?.array ?? []).enumerated().map { input($1, name: "image-\($0).png") },
            mask: json["mask"].map { input($0, name: "mask.png") },
            output: OutputWish(
                delivery: json["delivery"]?.string.flatMap(OutputWish.Delivery.init) ?? .url,
                encoding: json["encoding"]?.string.flatMap(ImageEncoding.init), compression: json["compression"]?.int),
            partialImages: json["partial_images"]?.int, seed: json["seed"]?.int, user: json["user"]?.string,
            extras: json["extras"]?.object ?? [:])
        request.shape = json["shape"].map {
            Shape(ratio: $0["ratio"]?.string.flatMap(AspectRatio.init(parsing:)), tier: $0["tier"]?.string)
        }
        request.seconds = json["seconds"]?.int
        if let made = json["source"]?["made"] { request.source = .made(operation(made)) }
        if let given = json["source"]?["given"] { request.source = .given(input(given, name: "video.mp4")) }
        return request
    }

    private static func input(_ json: JSONValue, name: String) -> MediaInput {
        let type = json["type"].map { $0.string.flatMap(MediaType.init) } ?? .png
        if let url = json["url"]?.string { return MediaInput(content: .url(url), type: nil, fileName: name) }
        if let name = json["uploaded"]?.string { return MediaInput(content: .uploaded(name), type: type, fileName: name) }
        if let text = json["base64"]?.string { return MediaInput(content: .base64(text), type: type, fileName: name) }
        return MediaInput(content: .data(ByteSource(Array((json["text"]?.string ?? "").utf8))), type: type, fileName: name)
    }
}
