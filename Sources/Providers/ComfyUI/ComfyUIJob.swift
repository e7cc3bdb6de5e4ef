import HTTP
import Media

/// A job at ComfyUI: the history knows it when it has ended, the queue while it waits or runs. The two are asked in turn, so that a job is
/// missed that a restarted server has forgotten, and so that a cancel knows what to stop.
struct ComfyUIJob: Sendable {
    let baseURL: HTTPURL
    let operation: RemoteOperation

    /// The next question goes to the queue.
    var asksQueue: Bool { operation.state["ask"]?.string == "queue" }
    /// When the queue was asked last, it ran.
    var isRunning: Bool { operation.state["running"]?.bool == true }
    private var isLost: Bool { operation.state["lost"]?.bool == true }
    private var makesVideo: Bool { operation.state["video"]?.bool == true }

    /// What ended jobs are told as.
    enum Ending {
        case reply(JobReply)
        case interrupted
    }

    /// `{"queue_running": [[number, id, ...]], "queue_pending": [...]}`.
    func reply(toQueue json: JSONValue) -> JobReply {
        func has(_ list: String) -> Bool { (json[list]?.array ?? []).contains { $0[1]?.string == operation.id } }
        let isRunning = has("queue_running")
        let isLost = !isRunning && !has("queue_pending")
        var reply = JobReply(isRunning || isLost ? .running : .queued)
        reply.memory = ["ask": "history", "running": .bool(isRunning), "lost": .bool(isLost)]
        reply.pollAfter = isLost ? .zero : .seconds(1)
        return reply
    }

    /// `{}` until the job has ended, then `{"ID": {status, outputs}}`.
    func ending(inHistory json: JSONValue) -> Ending {
        guard let entry = json[operation.id] else { return .reply(missing) }
        let messages = entry["status"]?["messages"]?.array ?? []
        func message(_ name: String) -> JSONValue? { messages.first { $0[0]?.string == name }?[1] }
        if message("execution_interrupted") != nil { return .interrupted }
        if entry["status"]?["status_str"]?.string == "error" {
            var reply = JobReply(.failed("error"))
            reply.error = ComfyUIErrors.body(ofExecution: message("execution_error"))
            return .reply(reply)
        }
        var reply = JobReply(.completed)
        reply.result = GenerationResult(assets: assets(entry["outputs"]?.object ?? [:]))
        return .reply(reply)
    }

    private var missing: JobReply {
        guard !isLost else {
            var reply = JobReply(.failed("lost"))
            reply.error = UpstreamErrorBody(message: "the server does not know the job any more", code: "lost")
            return reply
        }
        var reply = JobReply(isRunning ? .running : .queued)
        reply.memory["ask"] = "queue"
        reply.pollAfter = .zero
        return reply
    }

    /// All pictures that the graph saves, or its one video; previews only where nothing is saved.
    private func assets(_ outputs: JSONObject) -> [MediaAsset] {
        var files: [JSONValue] = []
        for (_, output) in outputs {
            for list in ["images", "gifs", "videos"] { files += (output[list]?.array ?? []).filter { $0["filename"]?.filled != nil } }
        }
        let saved = files.filter { $0["type"]?.string == "output" }
        if !saved.isEmpty { files = saved }
        let videos = files.filter { Self.isVideo($0["filename"]?.string ?? "", among: ["mp4", "webm", "mkv", "mov"]) }
        if makesVideo {
            let moving = videos + files.filter { Self.isVideo($0["filename"]?.string ?? "", among: ["gif", "webp"]) } + files
            files = Array(moving.prefix(1))
        } else if videos.count < files.count {
            files.removeAll { videos.contains($0) }
        }
        return files.map { MediaAsset(content: .url(url(of: $0).description)) }
    }

    private func url(of file: JSONValue) -> HTTPURL {
        baseURL.appending(path: "view").appending(
            queryItems: ["filename", "subfolder", "type"].map { (name: $0, value: file[$0]?.string ?? "") })
    }

    private static func isVideo(_ name: String, among endings: [String]) -> Bool {
        endings.contains { name.lowercased().hasSuffix("." + $0) }
    }
}
