package import Media

extension JSONObject {
    /// Adds what the caller set beside the fields that a gateway knows: a field that is there already stays, and what shapes the answer in
    /// other dialects never travels.
    /// - Parameter dropped: further names that the provider does not take.
    package mutating func add(_ extras: JSONObject, except dropped: Set<String> = []) {
        guard !extras.isEmpty else { return }
        for (key, value) in extras where self[key] == nil && value != .null {
            if !Self.ofOtherDialects.contains(key) && !dropped.contains(key) { self[key] = value }
        }
    }

    private static let ofOtherDialects: Set<String> = ["n", "stream", "partial_images", "response_format", "async", "webhook_url"]
}

extension UpstreamError {
    /// What a wire format has no words for; nothing is sent.
    package static func unsayable(_ field: String? = nil, _ message: String) -> UpstreamError {
        UpstreamError(.invalidRequest, .notSent, field: field, message: message)
    }
}

extension GenerationRequest {
    /// The size in pixels; nil: the provider's choice.
    package var pixels: (width: Int, height: Int)? {
        switch size {
        case .auto: nil
        case .pixels(let width, let height): (width, height)
        }
    }
}

extension Step {
    /// What the job is called, as far as this step knows; nil at a start.
    package var operation: RemoteOperation? {
        switch self {
        case .resume(let operation), .cancel(let operation): operation
        case .start, .upload: nil
        }
    }
}
