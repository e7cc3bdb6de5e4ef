package import Media

extension JSONObject {
    /// Adds what the caller set beside the fields that a gateway knows: a field that is there already stays, and what shapes the answer in
    /// other dialects or leads it elsewhere never travels.
    /// - Parameter dropped: further names that the provider does not take.
    package mutating func add(_ extras: JSONObject, except dropped: Set<String> = []) {
        guard !extras.isEmpty else { return }
        for (key, value) in extras where self[key] == nil && value != .null {
            let isForeign = Self.ofOtherDialects.contains(key) || Self.ofDelivery.contains(key.lowercased())
            if !isForeign && !dropped.contains(key) { self[key] = value }
        }
    }

    private static let ofOtherDialects: Set<String> = ["n", "stream", "partial_images", "response_format", "async", "webhook_url"]

    /// Where providers send what they made, how long they hold the answer back, and what earlier calls of this account have made: results
    /// come through this gateway, never past it, and are named by the key that they belong to.
    private static let ofDelivery: Set<String> = [
        "callback", "callback_url", "callbackurl", "webhook", "webhook_config", "webhook_secret", "webhook_events_filter", "webhookurl",
        "fal_webhook", "sync", "sync_timeout", "sync_mode", "storage_uri", "storageuri", "output_gcs_uri", "outputgcsuri",
        "previous_interaction_id", "previous_job_id", "external_task_id",
    ]
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

    /// All that the caller wrote and an answer may quote, in lower case.
    var words: String {
        ([prompt, user].compactMap(\.self) + extras.flatMap { [$0.key] + $0.value.texts }).joined(separator: "\n").lowercased()
    }
}

extension JSONValue {
    /// The texts in it, names of members included.
    fileprivate var texts: [String] {
        switch self {
        case .null, .bool, .integer, .number: []
        case .string(let text): [text]
        case .array(let items): items.flatMap(\.texts)
        case .object(let members): members.flatMap { [$0.key] + $0.value.texts }
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
