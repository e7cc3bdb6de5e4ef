import HTTP
import Media

/// What ComfyUI's refusals mean, and why its jobs fail.
enum ComfyUIErrors {
    /// A graph that the server cannot run is the operator's: the workflow is not there for this server. A number out of its bounds is the
    /// caller's.
    static let table = CodeTable(codes: [
        "value_smaller_than_min": .invalidRequest, "value_bigger_than_max": .invalidRequest, "custom_validation_failed": .serverFault,
        "prompt_outputs_failed_validation": .modelGone, "prompt_no_outputs": .modelGone, "invalid_prompt": .modelGone,
        "missing_node_type": .modelGone, "no_prompt": .modelGone,
    ])

    /// By the exception that ended a job: memory, devices and files are the server's; anything else may be the request's.
    static let failures = CodeTable(
        codes: ["lost": .jobFailed],
        containing: [
            "outofmemory", "memoryerror", "torch", "cuda", "accelerator", "oserror", "filenotfound", "runtimeerror", "importerror",
        ]
        .map { ($0, .jobFailed) },
        phrases: [("moderat", .moderated), ("content policy", .moderated), ("out of memory", .jobFailed), ("cuda error", .jobFailed)])

    /// `{error: {type, message}, node_errors: {"4": {errors: [{type, message, extra_info}]}}}`.
    static func body(of response: UpstreamResponse) -> UpstreamErrorBody {
        guard let json = try? response.json() else { return UpstreamErrorBody() }
        var body = UpstreamErrorBody(json)
        let node = (json["node_errors"]?.object ?? [:]).lazy.compactMap { $0.value["errors"]?[0] }.first { _ in true }
        guard let node else { return body }
        body.code = node["type"]?.filled ?? body.code
        body.message = node["message"]?.filled ?? body.message
        if let name = node["extra_info"]?["input_name"]?.filled, ["width", "height"].contains(name) { body.field = "size" }
        return body
    }

    /// Of a job's `execution_error`.
    static func body(ofExecution error: JSONValue?) -> UpstreamErrorBody {
        UpstreamErrorBody(
            message: error?["exception_message"]?.filled ?? "the workflow ended with an error", code: error?["exception_type"]?.filled)
    }
}
