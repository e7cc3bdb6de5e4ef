package import Media

extension UpstreamError {
    /// A 404 to what is made from an older video means that video, and says nothing of the model.
    package func blamingSource(at step: Step) -> UpstreamError {
        guard kind == .modelGone, !namesModel, case .made = step.startedRequest?.source else { return self }
        var error = self
        error.kind = .invalidRequest
        error.field = "video"
        error.message = "the provider no longer has the video, or cannot do this with it (\(status ?? 404))"
        return error
    }

    /// A 404 to a video path may mean that a server has only the paths of images, for which its model lives on.
    package func blamingPath(at step: Step) -> UpstreamError {
        guard kind == .modelGone, !namesModel, step.startedRequest?.operation.isVideo == true else { return self }
        var error = self
        error.kind = .serverFault
        error.message = "the provider has no such video path (\(status ?? 404))"
        return error
    }

    private var namesModel: Bool {
        field == "model" || ["model_not_found", "model_not_available", "unknown_model"].contains(code?.lowercased())
    }
}
