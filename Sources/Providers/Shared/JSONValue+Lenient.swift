import HTTP
package import Media

extension JSONValue {
    /// A text that is not empty: upstreams write `""` for "absent".
    package var filled: String? {
        guard let text = string, !text.isEmpty else { return nil }
        return text
    }
}

extension UpstreamResponse {
    /// The body as JSON, white space in front allowed.
    /// - Throws: an error of kind `invalidAnswer`.
    package func json() throws(UpstreamError) -> JSONValue {
        do { return try JSONValue(parsing: body) } catch {
            throw UpstreamError(.invalidAnswer, status: status.code, message: "the provider's answer is not valid JSON")
        }
    }
}

extension Step {
    /// What was asked; nil for steps of a job that runs already.
    package var startedRequest: GenerationRequest? {
        switch self {
        case .start(let request): request
        case .upload, .resume, .cancel: nil
        }
    }

    /// How it was asked for; nil for steps of a job that runs already.
    package var startedOperation: GenerationRequest.Operation? {
        switch self {
        case .start(let request): request.operation
        case .upload, .resume, .cancel: nil
        }
    }
}
