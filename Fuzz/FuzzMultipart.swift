/// Multipart bodies with the boundary `b`: no cut changes the outcome.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = copy(start, count)
    let cuts = cuts(of: bytes)
    let whole = PartsOutcome(cuts[0], small: bytes.count % 2 == 1)
    for cut in cuts.dropFirst() where PartsOutcome(cut, small: bytes.count % 2 == 1) != whole {
        preconditionFailure("the outcome depends on the cut")
    }
    return 0
}

/// What the multipart parser made of some pieces, its content joined.
private struct PartsOutcome: Equatable {
    private var events: [MultipartEvent] = []
    private var failure: MultipartError?

    init(_ pieces: [ArraySlice<UInt8>], small: Bool) {
        let limits = small ? MultipartLimits(parts: 2, partHead: 64, preamble: 16, epilogue: 16) : MultipartLimits()
        var parser = MultipartParser(boundary: "b", limits: limits)
        do throws(MultipartError) {
            for piece in pieces {
                parser.append(piece)
                try drain(&parser)
            }
            try parser.finish()
        } catch {
            failure = error
        }
    }

    /// `end` is said again at every call, so it is noted once; the call after it looks at what follows the last boundary.
    private mutating func drain(_ parser: inout MultipartParser) throws(MultipartError) {
        while true {
            let event = try parser.next()
            switch event {
            case .needsMore: return
            case .end:
                if events.last == .end { return }
                events.append(.end)
            case .part, .body, .endOfPart: note(event)
            }
        }
    }

    private mutating func note(_ event: MultipartEvent) {
        guard case .body(let piece) = event, case .body(let before)? = events.last else { return events.append(event) }
        events[events.count - 1] = .body(before + piece)
    }
}
