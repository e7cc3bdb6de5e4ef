import HTTP
import Media

/// A finished video as the answer of a call that has waited for it.
enum VideoAnswer {
    /// - Parameter videos: the results in the form that the caller asked for.
    /// - Parameter now: seconds since 1970.
    static func json(
        _ task: GenerationTask, _ videos: [DeliveredImage], in dialect: Dialect, now: Int, latency: Duration
    ) async -> [UInt8] {
        let answer = ImagesAnswer(
            images: videos, details: [:], usage: nil, warnings: task.warnings, created: now, latency: latency, cost: task.cost,
            videoID: task.id)
        return await answer.text(in: dialect)
    }

    /// The results of a task by their addresses.
    /// - Parameter url: the address of a stored file, by its name.
    static func links(_ task: GenerationTask, url: (String) -> String) -> [DeliveredImage] {
        task.outputs.filter { $0.role == .result }.compactMap { output in
            output.url(url).map { DeliveredImage(content: .url($0), type: output.type, revisedPrompt: output.revisedPrompt) }
        }
    }
}
