/// Requests: no cut changes the outcome, and every accepted head is read back equal once it is written again.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    for case .requestHead(let head, _) in agreedOutcome(.requests, copy(start, count)).events {
        var written: [UInt8] = []
        HTTP1Serializer.append(head, to: &written)
        guard case .requestHead(head, _)? = Outcome(.requests, HTTPLimits(), [written[...]]).events.first else {
            preconditionFailure("a written request head is not read back")
        }
    }
    return 0
}
