import HTTP
import Media
import Transport

extension UpstreamCall {
    /// Reads a streaming answer to its end, handing on each event as it comes.
    @inline(never)
    func meaning(of events: any UpstreamEvents, at step: Step, deadline end: Instant) async -> Meaning {
        var results: [GenerationResult] = []
        var meaning = Meaning(result: .failure(.interrupted), status: 200)
        reading: while true {
            let event: GenerationEvent?
            switch await events.next() {
            case .failure(let error):
                meaning.result = .failure(named(error, deadline: end))
                break reading
            case .success(nil): break reading
            case .success(let raw?):
                do throws(UpstreamError) {
                    event = try upstream.provider.event(from: raw, at: step)
                } catch {
                    meaning.result = .failure(error)
                    break reading
                }
            }
            guard let event else { continue }
            if case .completed(let result) = event { results.append(result) }
            guard let deliver = observer.deliver else { continue }
            await deliver(DispatchEvent(event, from: candidate, warnings: warnings))
            meaning.delivered = true
        }
        // A result that has arrived is paid for, whatever happened to the stream afterwards.
        if let made = GenerationResult(merging: results) { meaning.result = .success(.completed(made)) }
        return meaning
    }
}

extension UpstreamError {
    fileprivate static let interrupted = UpstreamError(
        .unknownOutcome, .mayHaveStarted, code: "reset", message: "The stream ended before its result.")
}
