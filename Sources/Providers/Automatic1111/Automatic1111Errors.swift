import HTTP
import Media

/// What the WebUI's errors mean: `{error, detail, body, errors}`, or FastAPI's `{detail}`.
enum Automatic1111Errors {
    static func body(of response: UpstreamResponse) -> UpstreamErrorBody {
        guard let json = try? response.json() else { return UpstreamErrorBody() }
        guard let type = json["error"]?.filled else { return UpstreamErrorBody(json) }
        return UpstreamErrorBody(message: json["errors"]?.filled ?? json["detail"]?.filled ?? type, type: type)
    }

    /// A picture that cannot be read is told as a fault of the server, a sampler that is not there like a path that is not.
    static func kind(_ refusal: UpstreamRefusal) -> UpstreamError.Kind? {
        if refusal.speaks(of: ["invalid encoded image", "sampler not found", "init image not found"]) { return .invalidRequest }
        if [404, 422].contains(refusal.status), refusal.speaks(of: ["script", "upscaler"]) { return .invalidRequest }
        return nil
    }
}
