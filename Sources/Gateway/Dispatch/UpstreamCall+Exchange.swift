import HTTP
import Media
import Transport

extension UpstreamCall {
    /// One request and what its answer means. What only some providers need is not entered by the others.
    /// - Parameter begun: the present; nil: nobody has looked.
    @inline(never)
    func exchange(_ step: Step, begun: Instant? = nil, deadline latest: Instant? = nil) async -> Meaning {
        var request: UpstreamRequest
        switch words(for: step) {
        case .said(let said): request = said
        case .unsayable(let meaning): return meaning
        }
        let end = min((begun ?? environment.now()) + upstream.settings.timeout, latest ?? deadline)
        if upstream.usesTokens, let refused = await authorize(&request, deadline: end) { return refused }
        trace?.add(to: &request.fields, span: span?.id)
        if step.isStart, let refused = await recorded() { return refused }
        let answer = await upstream.transport.send(request, to: candidate.provider, freshConnection: freshConnection, deadline: end)
        if upstream.usesTokens { return await meaningWithNewToken(of: answer, to: request, at: step, deadline: end) }
        return await meaning(of: consume answer, at: step, deadline: end)
    }

    private enum Words {
        case said(UpstreamRequest)
        case unsayable(Meaning)
    }

    /// A step in the provider's words.
    @inline(never)
    private func words(for step: Step) -> Words {
        do throws(UpstreamError) {
            return .said(try upstream.provider.request(for: step))
        } catch {
            return .unsayable(Meaning(result: .failure(error.neverSent), isUnsayable: true))
        }
    }

    /// Has a submit recorded, where somebody has to know of it.
    /// - Returns: why it must not be sent.
    @inline(__always)
    private func recorded() async -> Meaning? {
        if observer.submits != nil, let refused = await refusal() { return refused }
        FailPoint.reach(.firstByte)
        return nil
    }

    @inline(never)
    private func refusal() async -> Meaning? {
        guard let submits = observer.submits, await !submits(candidate) else { return nil }
        return Meaning(result: .failure(.unrecorded))
    }

    /// - Returns: why there is no token.
    @inline(never)
    private func authorize(_ request: inout UpstreamRequest, deadline end: Instant) async -> Meaning? {
        switch await authorized(request, deadline: end) {
        case .success(let ready): request = ready
        case .failure(let error): return Meaning(result: .failure(error))
        }
        return nil
    }

    @inline(never)
    private func meaningWithNewToken(
        of answer: Result<UpstreamAnswer, UpstreamError>, to request: UpstreamRequest, at step: Step, deadline end: Instant
    ) async -> Meaning {
        await meaning(of: await withNewToken(answer, to: request, deadline: end), at: step, deadline: end)
    }

    @inline(never)
    private func meaning(
        of answer: consuming Result<UpstreamAnswer, UpstreamError>, at step: Step, deadline end: Instant
    ) async -> Meaning {
        switch consume answer {
        case .failure(let error): return Meaning(result: .failure(named(error, deadline: end)))
        case .success(.whole(let response)):
            guard upstream.provider.wantsNewSignature(response) else {
                return response.isLarge ? await meaningFoundElsewhere(of: response, at: step) : meaning(of: response, at: step)
            }
            return await meaningOfNewSignature(insteadOf: response, at: step, deadline: end)
        case .success(.events(let events)): return await meaning(of: events, at: step, deadline: end)
        }
    }

    /// Once more with a new signature, where the provider says that the first one was out of its time: it let nothing in.
    @inline(never)
    private func meaningOfNewSignature(
        insteadOf response: UpstreamResponse, at step: Step, deadline end: Instant
    ) async -> Meaning {
        guard let signed = try? upstream.provider.request(for: step) else { return meaning(of: response, at: step) }
        switch await upstream.transport.send(signed, to: candidate.provider, freshConnection: freshConnection, deadline: end) {
        case .failure(let error): return Meaning(result: .failure(named(error, deadline: end)))
        case .success(.whole(let response)): return await meaningFoundElsewhere(of: response, at: step)
        case .success(.events(let events)): return await meaning(of: events, at: step, deadline: end)
        }
    }

    @inline(never)
    func meaning(of response: UpstreamResponse, at step: Step) -> Meaning {
        do throws(UpstreamError) {
            return Meaning(result: .success(try upstream.provider.generation(from: response, at: step)), status: response.status.code)
        } catch {
            return Meaning(result: .failure(error), status: response.status.code)
        }
    }

    /// Tells a timeout from a reset where the transport did not.
    func named(_ error: UpstreamError, deadline end: Instant) -> UpstreamError {
        var error = error
        if Task.isCancelled, error.kind == .unknownOutcome { error.kind = .cancelled }
        guard error.kind == .unknownOutcome, error.status == nil, error.code == nil else { return error }
        error.code = environment.now() >= end ? "timeout" : "reset"
        return error
    }
}

extension UpstreamError {
    /// What is not on disk must not be bought.
    private static let recordCode = "not_recorded"
    fileprivate static let unrecorded = UpstreamError(
        .cancelled, .notSent, code: recordCode, message: "The attempt could not be recorded, so nothing was sent.")

    /// The call ended because an attempt could not be recorded.
    package var isUnrecorded: Bool { kind == .cancelled && code == Self.recordCode }

    /// A provider may throw with the default progress; before the request there was none.
    fileprivate var neverSent: UpstreamError {
        var error = self
        error.progress = .notSent
        return error
    }
}

extension Step {
    @inline(never)
    fileprivate var isStart: Bool {
        switch self {
        case .start: true
        case .upload, .resume, .cancel: false
        }
    }
}

extension DispatchFailure {
    /// The call ended because an attempt could not be recorded: its caller is still there.
    var isUnrecorded: Bool { error?.isUnrecorded ?? false }
}
