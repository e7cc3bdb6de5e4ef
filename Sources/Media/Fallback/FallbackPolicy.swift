/// How far one call may go to get its result.
package struct FallbackPolicy: Sendable, Hashable {
    /// Most candidates tried by one call.
    package var attempts: Int
    /// For the whole call, all attempts and waits included.
    package var deadline: Duration
    /// A synchronous call whose outcome is unknown ends the call instead of moving on.
    package var ambiguousStops: Bool
    /// The same for a submitted job.
    package var ambiguousJobsStop: Bool
    /// A refusal of the content moves on to the next candidate.
    package var fallsBackOnModeration: Bool
    /// Off: the first candidate that can honour the request is the only one.
    package var allowsFallbacks: Bool

    /// What may be asked of the model; nil: whatever a candidate can do.
    package var operations: Set<GenerationRequest.Operation>?
    /// Of a result of any candidate; nil: what is known of each.
    package var price: Price?
    /// What results count as whose price nobody knows.
    package var assumedPrice: AssumedPrice
    /// Told with whatever comes of the call.
    package var notice: Warning?

    package init(
        attempts: Int = 6, deadline: Duration = .seconds(600), ambiguousStops: Bool = false, ambiguousJobsStop: Bool = true,
        fallsBackOnModeration: Bool = false, allowsFallbacks: Bool = true,
        operations: Set<GenerationRequest.Operation>? = nil, price: Price? = nil, assumedPrice: AssumedPrice = AssumedPrice(),
        notice: Warning? = nil
    ) {
        self.attempts = attempts
        self.deadline = deadline
        self.ambiguousStops = ambiguousStops
        self.ambiguousJobsStop = ambiguousJobsStop
        self.fallsBackOnModeration = fallsBackOnModeration
        self.allowsFallbacks = allowsFallbacks
        self.operations = operations
        self.price = price
        self.assumedPrice = assumedPrice
        self.notice = notice
    }
}
