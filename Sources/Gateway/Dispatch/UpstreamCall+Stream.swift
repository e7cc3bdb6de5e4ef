import HTTP
import Media
import Transport

extension UpstreamCall {
    /// Reads a streaming answer to its end, handing on each event as it comes.
    @inline(never)
    func meaning(of events: any UpstreamEvents, at step: Step, deadline end: Instant) async -> Meaning {
        var results: [GenerationResult] = []
        var (result, delivered) = (Result<Generation, UpstreamError>.failure(.interrupted), false)
        reading: while true {
            let event: GenerationEvent?
            switch await events.next() {
            case .failure(let error):
                result = .failure(named(error, deadline: end))
                break reading
            case .success(nil): break reading
            case .success(let raw?):
                do throws(UpstreamError) {
                    event = try upstream.provider.event(from: raw, at: step)
                } catch {
                    result = .failure(error)
                    break reading
                }
            }
            guard let event else { continue }
            if case .completed(let made) = event { results.append(made) }
            guard let deliver = observer.deliver else { continue }
            await deliver(DispatchEvent(event, from: candidate, warnings: warnings))
            delivered = true
        }
        // A result that has arrived is paid for, whatever happened to the stream afterwards.
        if let made = GenerationResult(merging: results) { result = .success(.completed(made)) }
        return Meaning(result: result, status: 200, delivered: delivered)
    }
}

extension UpstreamError {
    fileprivate static let interrupted = UpstreamError(
        .unknownOutcome, .mayHaveStarted, code: "reset", message: "The stream ended before its result.")
}
