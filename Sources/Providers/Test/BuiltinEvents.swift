import Compression
import HTTP
import Media
import Synchronization
import Transport

/// The event stream of a job: each event is drawn when it is asked for.
final class BuiltinEvents: UpstreamEvents {
    private let job: BuiltinJob
    private let state: Mutex<State>

    private struct State {
        var steps: ArraySlice<Step>
        /// The picture whose previews are going out.
        var image: PNGImage?
    }

    private enum Step {
        case partial(picture: Int, index: Int)
        case completed(picture: Int)
    }

    init(_ job: BuiltinJob) {
        self.job = job
        var steps: [Step] = []
        for picture in 0..<job.request.count {
            steps += (0..<(job.request.partialImages ?? 0)).map { .partial(picture: picture, index: $0) }
            steps.append(.completed(picture: picture))
        }
        state = Mutex(State(steps: steps[...]))
    }

    func next() async -> Result<ServerSentEvent?, UpstreamError> {
        guard !Task.isCancelled else { return .failure(.goneCaller) }
        return .success(await BlockingPool.compute.run { self.drawNext() })
    }

    private func drawNext() -> ServerSentEvent? {
        guard let step = state.withLock({ $0.steps.popFirst() }) else { return nil }
        switch step {
        case .partial(let picture, let index):
            let image = state.withLock { $0.image } ?? job.picture(picture)
            state.withLock { $0.image = image }
            return job.partial(image, index: index)
        case .completed(let picture):
            let image = state.withLock { state in
                defer { state.image = nil }
                return state.image
            }
            return job.completed(image ?? job.picture(picture))
        }
    }
}

extension UpstreamError {
    /// Nobody waits for the built-in upstream any more.
    static var goneCaller: UpstreamError { UpstreamError(.cancelled, .mayHaveStarted, message: "the caller went away") }
}
