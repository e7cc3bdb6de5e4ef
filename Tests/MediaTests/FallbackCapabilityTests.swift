import HTTP
import Media
import Testing

@Suite struct FallbackCapabilityTests {
    let picture = MediaInput(content: .data(ByteSource([1, 2, 3])), type: .png, fileName: "image-0.png")
    let link = MediaInput(content: .url("https://example.com/a.png"), type: nil, fileName: "image-0")

    func adapted(_ request: GenerationRequest, _ capabilities: Capabilities) -> CapabilityFilter.Adapted? {
        guard case .can(let adapted) = CapabilityFilter.verdict(on: request, with: SharedCapabilities(capabilities)) else { return nil }
        return adapted
    }

    func obstacle(_ request: GenerationRequest, _ capabilities: Capabilities) -> FallbackPlan.Obstacle? {
        guard case .cannot(let obstacle) = CapabilityFilter.verdict(on: request, with: SharedCapabilities(capabilities)) else { return nil }
        return obstacle
    }

    @Test func `a missing operation is an obstacle`() {
        #expect(obstacle(GenerationRequest(operation: .edit, model: "m"), Capabilities()) != nil)
    }

    @Test func `masks and too many inputs are obstacles that name their field`() {
        let request = GenerationRequest(operation: .edit, model: "m", inputs: [picture, picture], mask: picture)
        #expect(obstacle(request, Capabilities(operations: [.edit], maximumInputs: 1))?.field == "image")
        #expect(obstacle(request, Capabilities(operations: [.edit], maximumInputs: 2))?.field == "mask")
        #expect(adapted(request, Capabilities(operations: [.edit], acceptsMask: true, maximumInputs: 2)) != nil)
    }

    @Test(arguments: [(true, false), (false, true)])
    func `URLs are passed on or fetched`(accepts: Bool, fetches: Bool) {
        let request = GenerationRequest(operation: .edit, model: "m", inputs: [link])
        let able = adapted(request, Capabilities(operations: [.edit], maximumInputs: 1, acceptsInputURLs: accepts))
        #expect(able?.needsFetchedInputs == fetches)
    }

    @Test(arguments: [
        (Size.pixels(width: 1000, height: 1000), Size.pixels(width: 1024, height: 1024)),
        (.pixels(width: 1920, height: 1080), .pixels(width: 1536, height: 1024)),
        (.pixels(width: 500, height: 900), .pixels(width: 1024, height: 1536)),
        (.pixels(width: 1, height: Int.max), .pixels(width: 1024, height: 1536)),
    ])
    func `a size that cannot be made becomes the most similar one, with a warning`(asked: Size, made: Size) {
        let sizes: Set<Size> = [
            .auto, .pixels(width: 1024, height: 1024), .pixels(width: 1536, height: 1024), .pixels(width: 1024, height: 1536),
        ]
        let able = adapted(GenerationRequest(model: "m", size: asked), Capabilities(sizes: sizes))
        #expect(able?.request.size == made)
        #expect(able?.warnings == [Warning(field: "size", message: "\(asked) became \(made)")])
    }

    @Test(arguments: [true, false])
    func `a size beside a mask is a warning where the result has its input's size`(isMasked: Bool) {
        let size = Size.pixels(width: 512, height: 512)
        let able = Capabilities(
            operations: [.edit], acceptsMask: true, maskKeepsSize: true, maximumInputs: 1, sizes: [.auto, size])
        let request = GenerationRequest(operation: .edit, model: "m", size: size, inputs: [picture], mask: isMasked ? picture : nil)
        let told = adapted(request, able)?.warnings
        #expect(told == (isMasked ? [Warning(field: "size", message: "512x512 is left to the provider")] : []))
    }

    @Test func `a picture that is made takes no pictures, and one that is changed needs one`() {
        let able = Capabilities(operations: [.generate, .edit], acceptsMask: true, maximumInputs: 4)
        let made = able.limited(to: .generate)
        #expect(made.maximumInputs == 0 && !made.acceptsMask)
        let changed = able.limited(to: .edit)
        #expect(changed.minimumInputs == 1 && changed.maximumInputs == 4 && changed.acceptsMask)
    }

    @Test func `what cannot be honoured is dropped with a warning each`() {
        let request = GenerationRequest(
            model: "m", quality: "high", background: .transparent, output: OutputWish(encoding: .webp, compression: 50), partialImages: 2,
            seed: 7, extras: ["style": "vivid"])
        let able = adapted(request, Capabilities(encodings: [.png], droppedFields: ["quality", "seed", "style", "user", "background"]))
        #expect(able?.warnings.map(\.field) == ["output_format", "background", "quality", "seed", "style"])
        #expect(able?.request.output.encoding == nil)
        #expect(able?.request.background == nil)
        #expect(able?.request.partialImages == nil)
    }

    @Test func `auto asks for nothing`() {
        let request = GenerationRequest(model: "m", size: .auto, quality: "auto", background: .auto)
        #expect(adapted(request, Capabilities(sizes: [], droppedFields: ["quality", "size", "background"]))?.warnings == [])
    }

    @Test func `strict turns a warning into an obstacle`() {
        let request = GenerationRequest(model: "m", seed: 7, strict: true)
        #expect(obstacle(request, Capabilities(droppedFields: ["seed"]))?.field == "seed")
        #expect(adapted(request, Capabilities()) != nil)
    }
}

@Suite struct FallbackRoutingTests {
    let route = ["a", "b", "c"].map { Candidate(provider: $0, upstreamModel: "m") }

    @Test(arguments: [
        (RoutingWish(), "abc"), (RoutingWish(order: ["c"]), "cab"), (RoutingWish(only: ["b", "z"]), "b"),
        (RoutingWish(ignore: ["a"]), "bc"),
        (RoutingWish(order: ["c/m", "z", "c"], ignore: ["b"]), "ca"), (RoutingWish(only: ["z"]), ""),
    ])
    func `a wish narrows and reorders, never widens`(wish: RoutingWish, names: String) {
        #expect(wish.applied(to: route).map(\.provider).joined() == names)
    }
}

@Suite struct FallbackHeaderTests {
    @Test func `the ledger is one line of safe characters`() {
        let attempts = [
            Attempt(
                candidate: Candidate(provider: "open\r\nai", upstreamModel: "m"),
                outcome: .failed(UpstreamError(.rateLimited, status: 429, message: "")), duration: .microseconds(212_900), billed: .no),
            Attempt(
                candidate: Candidate(provider: "x", upstreamModel: "m"), outcome: .skipped(reason: "full"), duration: .zero, billed: .no),
            Attempt(
                candidate: Candidate(provider: "fal", upstreamModel: "m"), outcome: .succeeded(status: 200), duration: .seconds(4),
                billed: .yes),
        ]
        #expect(AttemptsHeader(attempts).value == "open__ai=429;212ms, x=skipped, fal=200;4000ms")
    }

    @Test(arguments: [
        (UpstreamError(.unreachable, .notSent, message: ""), "unreachable"),
        (UpstreamError(.unknownOutcome, .mayHaveStarted, code: "timeout", message: ""), "timeout"),
        (UpstreamError(.unknownOutcome, .mayHaveStarted, code: "reset", message: ""), "reset"),
        (UpstreamError(.invalidAnswer, status: 200, message: ""), "unreadable"),
        (UpstreamError(.unknownOutcome, status: 504, message: ""), "504"),
    ])
    func `an error is its status or one word`(error: UpstreamError, word: String) {
        #expect(AttemptsHeader.word(for: error) == word)
    }
}

@Suite struct FallbackPollTests {
    @Test(arguments: [(Duration.zero, Duration.milliseconds(250)), (.seconds(2), .seconds(2)), (.seconds(3600), .seconds(30))])
    func `the provider's wish is kept within bounds`(wish: Duration, waits: Duration) {
        var schedule = PollSchedule()
        #expect(schedule.wait(after: wish) == waits)
    }

    private static let growing: [PollSchedule.Move] = [1, 2, 4, 8, 16].map { .wait(.seconds($0)) }

    @Test(arguments: [UpstreamError.Kind.unreachable, .staleConnection, .serverFault, .unknownOutcome])
    func `polls that say nothing of the job are repeated more and more slowly, without end`(kind: UpstreamError.Kind) {
        var schedule = PollSchedule()
        let moves = (0..<5000).map { _ in schedule.move(after: UpstreamError(kind, message: "")) }
        #expect(moves.prefix(5) == Self.growing[...])
        #expect(moves.dropFirst(5).allSatisfy { $0 == .wait(.seconds(30)) })
    }

    @Test func `answers that cannot be read are asked for again five times, then the outcome is unknown`() {
        var schedule = PollSchedule()
        let moves = (0..<6).map { _ in schedule.move(after: UpstreamError(.invalidAnswer, status: 200, message: "")) }
        #expect(moves.prefix(5) == Self.growing[...])
        guard case .giveUp(let last) = moves[5] else { return #expect(Bool(false)) }
        #expect(last.kind == .unknownOutcome)
        #expect(last.progress == .mayHaveStarted)
    }

    @Test func `a good poll lets the count and the pauses begin anew`() {
        var schedule = PollSchedule()
        for _ in 0..<20 {
            for _ in 0..<5 { _ = schedule.move(after: UpstreamError(.invalidAnswer, message: "")) }
            _ = schedule.wait(after: .seconds(2))
            #expect(schedule.move(after: UpstreamError(.serverFault, message: "")) == .wait(.seconds(1)))
            _ = schedule.wait(after: .seconds(2))
        }
    }

    @Test func `a poll that does not arrive neither counts as unreadable nor excuses what was`() {
        var schedule = PollSchedule()
        for _ in 0..<5 {
            _ = schedule.move(after: UpstreamError(.invalidAnswer, message: ""))
            _ = schedule.move(after: UpstreamError(.unreachable, message: ""))
        }
        guard case .giveUp = schedule.move(after: UpstreamError(.invalidAnswer, message: "")) else { return #expect(Bool(false)) }
    }

    @Test func `a lack of room is waited out`() {
        var schedule = PollSchedule()
        for _ in 0..<50 {
            let move = schedule.move(after: UpstreamError(.rateLimited, status: 429, retryAfter: .seconds(9), message: ""))
            #expect(move == .wait(.seconds(9)))
        }
    }

    @Test(arguments: [
        (UpstreamError.Kind.modelGone, UpstreamError.Kind.jobRejected), (.keyRefused, .unknownOutcome), (.invalidRequest, .unknownOutcome),
        (.jobFailed, .jobFailed), (.moderated, .moderated), (.jobRejected, .jobRejected),
    ])
    func `an accepted job is never told as refused`(kind: UpstreamError.Kind, meaning: UpstreamError.Kind) {
        var schedule = PollSchedule()
        guard case .giveUp(let last) = schedule.move(after: UpstreamError(kind, message: "")) else { return #expect(Bool(false)) }
        #expect(last.kind == meaning)
    }
}

@Suite struct FallbackBillingTests {
    @Test(arguments: [
        (UpstreamError(.unreachable, .notSent, message: ""), false, Attempt.Billed.no),
        (UpstreamError(.rateLimited, message: ""), false, .no),
        (UpstreamError(.moderated, message: ""), false, .no), (UpstreamError(.moderated, message: ""), true, .unknown),
        (UpstreamError(.unknownOutcome, .mayHaveStarted, message: ""), false, .unknown),
        (UpstreamError(.invalidAnswer, message: ""), false, .unknown),
        (UpstreamError(.staleConnection, .notSent, message: ""), false, .no),
        (UpstreamError(.cancelled, .notSent, message: ""), false, .no),
        (UpstreamError(.cancelled, .mayHaveStarted, message: ""), false, .unknown),
    ])
    func `the ledger says what may have been charged`(error: UpstreamError, isJob: Bool, billed: Attempt.Billed) {
        #expect(error.billed(isJob: isJob) == billed)
    }
}
