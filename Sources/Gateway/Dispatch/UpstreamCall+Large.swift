import Media
import Transport

extension UpstreamCall {
    /// The same off the loop: to read megabytes of base64 takes longer than its other connections should wait.
    @inline(never)
    func meaningFoundElsewhere(of response: UpstreamResponse, at step: Step) async -> Meaning {
        await BlockingPool.compute.run { [self] in meaning(of: response, at: step) }
    }
}

extension UpstreamResponse {
    /// Takes more than about a tenth of a millisecond to read.
    var isLarge: Bool { body.count > 256 << 10 }
}
