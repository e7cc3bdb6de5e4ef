import Media

/// What Hugging Face's errors mean: `{error: "text"}` or `{error: ["text", ...]}`.
enum HuggingFaceErrors {
    static func body(_ json: JSONValue?) -> UpstreamErrorBody {
        var body = UpstreamErrorBody(json)
        body.message = body.message ?? json?["error"]?[0]?.filled
        return body
    }

    /// A model that the service does not run is told with 400, too (unconfirmed).
    static func kind(_ refusal: UpstreamRefusal) -> UpstreamError.Kind? {
        let words = ["not supported by provider", "not supported for task", "model not supported", "does not exist"]
        if refusal.isSubmit, refusal.status == 400, refusal.blamesUs(by: words) { return .modelGone }
        return TogetherErrors.kind(refusal)
    }

    /// A model that is being loaded tells how long that takes, in seconds.
    static func waiting(_ error: UpstreamError, _ response: UpstreamResponse) -> UpstreamError {
        guard error.retryAfter == nil, let seconds = (try? response.json())?["estimated_time"]?.double, (0...3600).contains(seconds)
        else { return error }
        var error = error
        error.retryAfter = .milliseconds(Int(seconds * 1000))
        return error
    }
}
