import Media

/// What Runway's errors mean, in answers and in failed tasks.
///
/// https://docs.dev.runwayml.com/errors/errors, https://docs.dev.runwayml.com/errors/task-failures
enum RunwayErrors {
    /// `SAFETY.INPUT.*`, `SAFETY.OUTPUT.*`; `INTERNAL.BAD_OUTPUT.*` and plain `INTERNAL` (unconfirmed).
    static let failures = CodeTable(
        codes: ["free": .jobFailed], containing: [("safety", .moderated), ("internal", .jobFailed), ("asset.invalid", .jobRejected)])

    /// An empty account is told as 400 (the status is unconfirmed).
    static func kind(_ refusal: UpstreamRefusal) -> UpstreamError.Kind? {
        guard refusal.status == 400, refusal.blamesUs(by: ["not have enough credits", "insufficient credits"]) else { return nil }
        return .quotaExhausted
    }

    /// `{error, issues: [{path, message}]}`: the first issue tells the field (the issues are unconfirmed).
    static func body(_ response: UpstreamResponse) -> UpstreamErrorBody {
        let json = try? response.json()
        var body = UpstreamErrorBody(json)
        guard let issue = json?["issues"]?[0] else { return body }
        body.field = (issue["path"]?.array ?? []).compactMap { $0.string }.first.map(field)
        if let words = issue["message"]?.filled { body.message = [body.message, words].compactMap(\.self).joined(separator: ": ") }
        return body
    }

    /// Of a failed task. One without a code that cost nothing failed at Runway's own (unconfirmed).
    static func failure(_ json: JSONValue) -> UpstreamErrorBody {
        let code = json["failureCode"]?.filled
        let isFree = code == nil && json["cost"]?["credits"]?.double == 0
        return UpstreamErrorBody(message: json["failure"]?.filled ?? "the task ended failed", type: isFree ? "free" : nil, code: code)
    }

    /// As the caller knows it.
    private static func field(_ name: String) -> String {
        switch name {
        case "promptText": "prompt"
        case "promptImage", "referenceImages", "references", "imageUri": "image"
        case "promptVideo", "videoUri": "video"
        case "ratio": "size"
        case "duration": "seconds"
        case "outputFormat": "output_format"
        case "outputCount": "n"
        case _: name
        }
    }
}
