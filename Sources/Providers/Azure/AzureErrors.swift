import Media

/// What Azure's errors mean beside OpenAI's own.
enum AzureErrors {
    /// An error's `code` is often its status as a text; what happened then stands in `innererror`.
    static func body(_ response: UpstreamResponse) -> UpstreamErrorBody {
        let json = try? response.json()
        var body = UpstreamErrorBody(json)
        let inner = json?["error"]?["innererror"]?["code"]?.filled ?? json?["error"]?["inner_error"]?["code"]?.filled
        body.type = body.type ?? inner
        return body
    }

    static let table = CodeTable(codes: [
        "contentfilter": .moderated, "content_filter": .moderated, "responsibleaipolicyviolation": .moderated,
        "deploymentnotfound": .modelGone, "operationnotsupported": .modelGone,
    ])
}
