import HTTP
package import Media

/// Google's models at Vertex AI: Gemini's pictures by `generateContent`, Imagen's by `predict`, Veo's videos by long-running operations.
///
/// https://cloud.google.com/vertex-ai/generative-ai/docs
package struct VertexProvider: RemoteProvider, TokenProvider {
    package static let type = "vertex"
    package static let description = ProviderDescription(
        name: "Google Vertex AI", documentation: "https://cloud.google.com/vertex-ai/generative-ai/docs",
        options: [
            ProviderOption("project", variable: "GOOGLE_CLOUD_PROJECT"), ProviderOption("location", variable: "GOOGLE_CLOUD_LOCATION"),
            ProviderOption("access_token", .secret), ProviderOption("credentials", .file, variable: "GOOGLE_APPLICATION_CREDENTIALS"),
            ProviderOption("output"),
        ],
        automatic: [["GOOGLE_APPLICATION_CREDENTIALS"]],
        examples: ["gemini-3-pro-image", "imagen-4.0-generate-001", "imagen-3.0-capability-001", "veo-3.1-generate-001"],
        example: { $0.options["project"] = "example" })

    private let endpoint: UpstreamEndpoint
    private let errors: GoogleErrors
    private let place: VertexPlace
    /// nil where the settings hold a token.
    private let account: ServiceAccount?
    /// Where Veo puts its videos; nil: into its answers.
    private let output: String?
    private let now: @Sendable () -> Int

    package init(_ settings: ProviderSettings) throws(ConfigurationError) {
        endpoint = try Self.endpoint(settings)
        account = try Self.account(settings)
        if account == nil, Self.token(settings) == nil, settings.baseURL == nil {
            throw ConfigurationError(key: "credentials", "or access_token is required")
        }
        place = try VertexPlace(settings)
        output = try VertexMedia.output(settings)
        errors = GoogleErrors(secrets: endpoint.secrets, now: settings.now)
        now = settings.now
    }

    /// Where requests go and what they carry; a service account's token is added where they are sent.
    package static func endpoint(_ settings: ProviderSettings) throws(ConfigurationError) -> UpstreamEndpoint {
        let locations = try VertexPlace.location(settings).map { [$0] } ?? VertexPlace.usualLocations
        var settings = settings
        settings.apiKey = token(settings)
        settings.baseURL = settings.baseURL.map(VertexPlace.versioned)
        let services = locations.map(VertexPlace.service)
        return try UpstreamEndpoint(
            settings, service: services.first ?? VertexPlace.service("global"), siblings: services.dropFirst() + [VertexMedia.storage],
            authentication: settings.apiKey == nil ? .elsewhere : .bearer)
    }

    package func capabilities(for upstreamModel: String) -> Capabilities {
        switch Kind(of: upstreamModel) {
        case .gemini: GenerateContent.capabilities(for: upstreamModel)
        case .imagen: Imagen.capabilities(for: upstreamModel)
        case .veo: Veo.capabilities(for: upstreamModel)
        case .omni: Capabilities(operations: [])
        }
    }

    package func capabilities(for upstreamModel: String, _ operation: GenerationRequest.Operation) -> Capabilities {
        switch Kind(of: upstreamModel) {
        case .veo: Veo.capabilities(for: upstreamModel, operation)
        case .gemini, .imagen, .omni: capabilities(for: upstreamModel).limited(to: operation)
        }
    }

    package func request(for step: Step) throws(UpstreamError) -> UpstreamRequest {
        switch step {
        case .start(let request): return try start(request)
        case .resume(let operation):
            let url = try place.url(of: operation.model, method: "fetchPredictOperation")
            return endpoint.post(url, .json(["operationName": .string(operation.id)]))
        case .upload: throw .unsayable(nil, "Google takes inputs with the request")
        case .cancel: throw .unsayable(nil, "Vertex AI cannot cancel a video")
        }
    }

    private func start(_ request: GenerationRequest) throws(UpstreamError) -> UpstreamRequest {
        try VertexMedia.refuseBuckets(in: request.extras)
        let (method, fields): (String, JSONObject) =
            switch Kind(of: request.model) {
            case .gemini: ("generateContent", try GenerateContent.fields(for: request))
            case .imagen: ("predict", try Imagen.fields(for: request))
            case .veo: ("predictLongRunning", try Veo.fields(for: request, output: output))
            case .omni: throw .unsayable("model", "this model is not served here")
            }
        return endpoint.post(try place.url(of: request.model, method: method), .json(.object(fields)))
    }

    package func generation(from response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        let base = endpoint.baseURL
        switch Kind(of: step.startedRequest?.model ?? step.operation?.model ?? "") {
        case .gemini, .omni:
            return .completed(try GenerateContent.result(from: try errors.success(of: response, at: step), base: base))
        case .imagen:
            let json = try errors.success(of: response, at: step)
            return .completed(try Imagen.result(from: json, base: base, errors: errors, at: step))
        case .veo:
            // An operation that failed carries its error; without a name or an end, the error is the answer.
            let json = try errors.json(of: response, at: step)
            if json["done"]?.bool != true { _ = try errors.success(of: response, at: step) }
            let reply = try Veo.reply(json, base: base, errors: errors, at: step)
            return try errors.classifier.generation(reply, in: response, at: step, failures: Veo.failures)
        }
    }
}

extension VertexProvider {
    package func tokenRequest() throws(UpstreamError) -> UpstreamRequest? {
        guard let account else { return nil }
        return try account.tokenRequest(now: now())
    }

    package func token(from response: UpstreamResponse) throws(UpstreamError) -> AccessToken {
        try ServiceAccount.token(from: response)
    }

    private static func account(_ settings: ProviderSettings) throws(ConfigurationError) -> ServiceAccount? {
        guard token(settings) == nil, let document = settings.documents["credentials"] else { return nil }
        return try ServiceAccount(document, allowsPlainHTTP: settings.baseURL?.scheme == .http)
    }

    /// What the operator wrote wins over a key file, which may be there for other programs.
    private static func token(_ settings: ProviderSettings) -> Secret? {
        settings.secrets["access_token"] ?? settings.apiKey
    }

    /// What kind of requests a model takes, by its name; unknown ones as Gemini.
    private enum Kind {
        case gemini, imagen, veo, omni

        init(of model: String) {
            self = model.hasPrefix("imagen") ? .imagen : model.hasPrefix("veo") ? .veo : model.contains("omni") ? .omni : .gemini
        }
    }
}
