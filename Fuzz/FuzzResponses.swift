/// Responses to several methods: no cut changes the outcome, and every accepted head is read back equal once it is written again.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    for case .responseHead(let head, _) in agreedOutcome(.responses, copy(start, count)).events {
        var written: [UInt8] = []
        HTTP1Serializer.append(head, to: &written)
        var parser = HTTP1Parser(.responses)
        parser.expectResponse(to: .head)
        parser.append(written[...])
        guard case .responseHead(head, _)? = try? parser.next() else { preconditionFailure("a written response head is not read back") }
    }
    return 0
}
