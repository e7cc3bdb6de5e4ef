import HTTP
import Media

extension Route.Match {
    /// The value of the label `route`.
    var metricName: String {
        switch self {
        case .found(let route): route.metricName
        case .notFound, .wrongMethod: "none"
        }
    }

    /// The dialect that the path speaks.
    var metricDialect: Dialect {
        switch self {
        case .found(.images(_, let dialect)), .found(.makeVideo(_, _, let dialect)): dialect
        case .found(.infronTask): .infron
        case .found, .notFound, .wrongMethod: .openAI
        }
    }
}

extension Route {
    fileprivate var metricName: String {
        switch self {
        case .images(let operation, _), .makeVideo(let operation, _, _): operation.metricName
        case .videos: "video_list"
        case .video: "video"
        case .videoContent: "video_content"
        case .tasks: "task_list"
        case .task: "task"
        case .cancelTask: "task_cancel"
        case .taskEvents: "task_events"
        case .infronTask: "task_poll"
        case .explain: "explain"
        case .models, .model: "models"
        case .me: "key"
        case .providers: "providers"
        case .file: "file"
        case .console: "console"
        case .description: "description"
        case .metrics: "metrics"
        case .usage: "usage"
        case .health: "health"
        case .readiness: "readiness"
        }
    }
}

extension GenerationRequest.Operation {
    fileprivate var metricName: String {
        switch self {
        case .generate: "image_generation"
        case .edit: "image_edit"
        case .vary: "image_variation"
        case .upscale: "image_upscale"
        case .removeBackground: "background_removal"
        case .video: "video_generation"
        case .editVideo: "video_edit"
        case .remixVideo: "video_remix"
        case .extendVideo: "video_extension"
        }
    }
}
