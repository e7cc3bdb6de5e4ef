import HTTP
import Media

extension VideoJob {
    enum State: Hashable {
        case queued
        /// Percent.
        case inProgress(Int)
        case completed
        case failed(code: String, message: String)
        case cancelled
    }

    /// - Parameter now: milliseconds since 1970.
    func state(at now: Int, isCancelled: Bool) -> State {
        if isCancelled { return .cancelled }
        let elapsed = now - start
        let wait = duration / 3
        if elapsed < wait { return .queued }
        if elapsed < duration { return .inProgress(min(99, (elapsed - wait) * 100 / (duration - wait))) }
        switch model {
        case .failingVideo: return .failed(code: "server_error", message: "The test model fails every job in the end.")
        case .moderatedVideo: return .failed(code: "moderation_blocked", message: "The test model refuses every result as unsafe.")
        case .image, .rateLimited, .overloaded, .timeout, .refuse, .moderated, .resetAfterSend, .slow, .flaky, .video, .slowVideo:
            return .completed
        }
    }

    /// When to ask again, in milliseconds.
    func nextPoll(at now: Int) -> Int { min(500, max(1, start + duration - now)) }

    /// OpenAI's `Video`.
    func description(_ state: State) -> JSONObject {
        var json: JSONObject = [
            "id": .string(id), "object": "video", "model": .string(model.rawValue), "created_at": .integer(start / 1000),
            "completed_at": .null, "expires_at": .null, "prompt": .string(prompt), "seconds": .string(String(seconds)),
            "size": .string("\(width)x\(height)"), "remixed_from_video_id": .null, "error": .null, "progress": 0,
        ]
        switch state {
        case .queued: json["status"] = "queued"
        case .inProgress(let percent):
            json["status"] = "in_progress"
            json["progress"] = .integer(percent)
        case .completed:
            json["status"] = "completed"
            json["progress"] = 100
            json["completed_at"] = .integer((start + duration) / 1000)
        case .failed(let code, let message):
            json["status"] = "failed"
            json["error"] = ["code": .string(code), "message": .string(message)]
        case .cancelled: json["status"] = "cancelled"
        }
        return json
    }
}
