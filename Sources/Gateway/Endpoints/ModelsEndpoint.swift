import HTTP
import Media

/// `GET /v1/models` and `/v1/models/{id}`: OpenAI's shape, with what a gateway has to add.
struct ModelsEndpoint: Sendable {
    let services: GatewayServices

    func list() -> HTTPResponse {
        let models = services.settings.models
        let names = models.names + models.aliases.keys.sorted()
        return HTTPResponse(json: ["object": "list", "data": .array(names.compactMap(entry))])
    }

    func model(_ name: String) throws(APIError) -> HTTPResponse {
        guard let entry = entry(name) else { throw .unknownModel(name) }
        return HTTPResponse(json: entry)
    }

    /// Which models there are is the operator's to decide.
    func refuseDeletion(of name: String) throws(APIError) -> HTTPResponse {
        guard services.settings.models.route(for: name) != nil else { throw .unknownModel(name) }
        throw APIError(403, code: "model_not_deletable", field: "model", "Nothing was deleted: models are configured by the operator.")
    }

    private func entry(_ name: String) -> JSONValue? {
        guard let route = services.settings.models.route(for: name) else { return nil }
        let capabilities = route.candidates.compactMap { candidate in
            var able = services.dispatcher.target(of: candidate).capabilities(for: nil)?.value
            if let operations = route.policy.operations { able?.operations.formIntersection(operations) }
            return able
        }
        var entry: JSONObject = [
            "id": .string(name), "object": "model", "created": 0,
            "owned_by": .string(route.candidates.first?.provider ?? "zoetrope"), "shutdown_date": .null,
            "providers": .array(route.candidates.map { .string($0.provider) }),
            "capabilities": ModelsEndpoint.json(capabilities),
            "pricing": price(of: route)?.json ?? .null,
        ]
        if route.model != name { entry["alias_of"] = .string(route.model) }
        return .object(entry)
    }

    /// The operator's, else that of the first candidate of which one is known.
    private func price(of route: ModelRoute) -> Price? {
        route.policy.price
            ?? route.candidates.lazy.compactMap { services.dispatcher.target(of: $0).price }.first
    }

    private static func outputs(_ operations: [GenerationRequest.Operation]) -> [String] {
        let kinds = operations.map { $0.isVideo ? "video" : "image" }
        return ["image", "video"].filter(kinds.contains)
    }

    /// Lengths of videos; null: any.
    private static func seconds(_ capabilities: [Capabilities]) -> JSONValue {
        let known = capabilities.compactMap(\.seconds)
        guard !known.isEmpty, known.count == capabilities.count else { return .null }
        return .array(known.reduce(into: Set()) { $0.formUnion($1) }.sorted().map { .integer($0) })
    }

    /// What at least one candidate can do.
    private static func json(_ capabilities: [Capabilities]) -> JSONValue {
        let operations = GenerationRequest.Operation.allCases.filter { operation in
            capabilities.contains { $0.operations.contains(operation) }
        }
        return [
            "output": .array(outputs(operations).map { .string($0) }),
            "seconds": seconds(capabilities),
            "video_input": .bool(capabilities.contains(where: \.acceptsVideoFile)),
            "operations": .array(operations.map { .string($0.rawValue) }),
            "mask": .bool(capabilities.contains(where: \.acceptsMask)),
            "inputs": .integer(capabilities.map(\.maximumInputs).max() ?? 0),
            "streaming": .bool(capabilities.contains(where: \.streams)),
            "transparent_background": .bool(capabilities.contains(where: \.transparentBackground)),
        ]
    }
}
