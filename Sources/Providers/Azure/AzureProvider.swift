package import HTTP
package import Media

/// OpenAI's models in an Azure resource: OpenAI's own paths below `/openai/v1`, or, with `api_version`, the older paths by deployment.
///
/// https://learn.microsoft.com/en-us/azure/ai-foundry/openai/how-to/dall-e
package struct AzureProvider: RemoteProvider {
    package static let type = "azure"
    package static let description = ProviderDescription(
        name: "Azure OpenAI", documentation: "https://learn.microsoft.com/en-us/azure/ai-foundry/openai/how-to/dall-e",
        keyVariable: "AZURE_OPENAI_API_KEY", baseURLVariable: "AZURE_OPENAI_ENDPOINT",
        options: [ProviderOption("api_version"), ProviderOption("deployment")], examples: ["gpt-image-2", "sora-2"])

    /// Below `/openai/v1`.
    private let endpoint: UpstreamEndpoint
    private let classifier: UpstreamErrorClassifier
    /// Set: images go to the paths by deployment.
    private let apiVersion: String?
    /// nil: the upstream model is the deployment.
    private let deployment: String?

    package init(_ settings: ProviderSettings) throws(ConfigurationError) {
        endpoint = try Self.endpoint(settings)
        classifier = UpstreamErrorClassifier(
            secrets: endpoint.secrets, passesModerationCodes: true, now: settings.now, reader: AzureErrors.body,
            rule: AzureErrors.table.rule)
        apiVersion = settings.options["api_version"].flatMap { $0.isEmpty ? nil : $0 }
        deployment = settings.options["deployment"].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Every resource has a host of its own. A key is required at Azure itself, unless the operator's own headers sign the requests.
    package static func endpoint(_ settings: ProviderSettings) throws(ConfigurationError) -> UpstreamEndpoint {
        guard let given = settings.baseURL else {
            throw ConfigurationError(key: "base_url", "is required: https://RESOURCE.openai.azure.com")
        }
        let base = try resource(given).appending(path: "openai/v1")
        var settings = settings
        settings.baseURL = base
        let isSigned = settings.headers.contains { ["authorization", "api-key"].contains($0.name.lowercased()) }
        let needsKey = base.host.hasSuffix(".azure.com") && !isSigned
        return try UpstreamEndpoint(
            settings, service: needsKey ? base.description : "https://openai.azure.com", authentication: .field("api-key"))
    }

    package func capabilities(for upstreamModel: String) -> Capabilities {
        let dialect = OpenAIDialect(isOpenAI: true)
        guard let known = Self.knownModel(named: upstreamModel) else {
            var all = dialect.capabilities(for: Self.imageModel)
            all.operations.formUnion(OpenAIDialect.videoOperations)
            all.acceptsVideoFile = true
            return all
        }
        return dialect.capabilities(for: known)
    }

    package func capabilities(for upstreamModel: String, _ operation: GenerationRequest.Operation) -> Capabilities {
        let model = Self.knownModel(named: upstreamModel) ?? (operation.isVideo ? Self.videoModel : Self.imageModel)
        return OpenAIDialect(isOpenAI: true).capabilities(for: model, operation)
    }

    package func request(for step: Step) throws(UpstreamError) -> UpstreamRequest {
        guard case .start(let request) = step else { return try speaker(for: nil).request(for: step) }
        var sent = try speaker(for: request).request(for: .start(Self.named(request)))
        if let apiVersion, !request.operation.isVideo { sent.url = try byDeployment(sent.url, request, apiVersion) }
        return sent
    }

    package func generation(from response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        guard case .start(let request) = step, !request.operation.isVideo else {
            return try speaker(for: nil).generation(from: response, at: step)
        }
        return try speaker(for: request).generation(from: response, at: .start(Self.named(request)))
    }

    package func event(from event: ServerSentEvent, at step: Step) throws(UpstreamError) -> GenerationEvent? {
        guard case .start(let request) = step else { return nil }
        return try speaker(for: request).event(from: event, at: .start(Self.named(request)))
    }
}

extension AzureProvider {
    private static let imageModel = "gpt-image-2"
    private static let videoModel = "sora-2"

    /// OpenAI's name of the model that a deployment's name speaks of: operators often call one like the other.
    private static func knownModel(named name: String) -> String? {
        let name = name.lowercased()
        if name.contains("sora") { return videoModel }
        for family in ["gpt-image", "dall-e"] {
            if let start = name.firstRange(of: family)?.lowerBound { return String(name[start...]) }
        }
        return nil
    }

    /// The request as one to OpenAI: what differs between models differs by OpenAI's names.
    private static func named(_ request: GenerationRequest) -> GenerationRequest {
        var request = request
        request.model = knownModel(named: request.model) ?? (request.operation.isVideo ? videoModel : imageModel)
        return request
    }

    /// The resource's own address, whichever of its paths the operator has written.
    private static func resource(_ given: HTTPURL) throws(ConfigurationError) -> HTTPURL {
        var path = given.path[...]
        for ending in ["/", "/v1", "/openai"] where path.hasSuffix(ending) { path = path.dropLast(ending.count) }
        do { return try HTTPURL(parsing: given.origin.description + path) } catch {
            throw ConfigurationError(key: "base_url", error.message)
        }
    }

    private func speaker(for request: GenerationRequest?) -> OpenAIProvider {
        let naming: OpenAIDialect.Naming =
            if let request {
                apiVersion != nil && !request.operation.isVideo ? .path : .deployment(deployment ?? request.model)
            } else {
                .model
            }
        return OpenAIProvider(endpoint: endpoint, classifier: classifier, dialect: OpenAIDialect(isOpenAI: true, naming: naming))
    }

    /// `/openai/v1/images/edits` as `/openai/deployments/NAME/images/edits?api-version=...`.
    private func byDeployment(_ url: HTTPURL, _ request: GenerationRequest, _ version: String) throws(UpstreamError) -> HTTPURL {
        let tail = url.path.dropFirst(endpoint.baseURL.path.count)
        let parent = endpoint.baseURL.path.dropLast("v1".count)
        let root = (try? endpoint.baseURL.resolving(String(parent))) ?? endpoint.baseURL
        let name = try ModelPath.checked(deployment ?? request.model)
        return root.appending(path: "deployments").appending(segment: name).appending(path: String(tail))
            .appending(queryItems: [("api-version", version)])
    }
}
