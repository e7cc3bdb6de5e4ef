import HTTP
import Media
import Testing

@testable import Providers

/// What every provider's answers mean by their status alone: one request of each type, for images and for videos.
@Suite struct `Bare statuses` {
    static let starts: [ProviderFixture] = {
        var seen: Set<String> = []
        return ProviderFixture.all.filter { fixture in
            guard fixture.json["request"] != nil, case .start(let request) = fixture.step() else { return false }
            let type = fixture.json["settings"]?["type"]?.string ?? ""
            return seen.insert("\(type) \(request.operation.isVideo) \(request.source != nil)").inserted
        }
    }()

    private static let meanings: [(statuses: [Int], kinds: Set<UpstreamError.Kind>)] = [
        ([400, 413, 415, 422], [.invalidRequest]), ([401, 402, 403, 407], [.keyRefused, .quotaExhausted]),
        ([404, 405, 410], [.modelGone, .serverFault, .invalidRequest]), ([408, 499, 504, 524], [.unknownOutcome]),
        ([409, 423, 425, 429, 503, 529], [.rateLimited, .overloaded]), ([500, 501, 502, 520], [.serverFault]), ([302, 307], [.redirected]),
    ]

    /// By type and by what is remembered of the job: polls of several kinds.
    static let polls: [ProviderFixture] = {
        var seen: Set<String> = []
        return ProviderFixture.all.filter { fixture in
            guard let operation = fixture.step().operation, fixture.json["resume"] != nil else { return false }
            let keys = operation.state.keys.filter { $0 != "failure" }.sorted().joined(separator: " ")
            return operation.state["failure"] == nil && seen.insert("\(fixture.json["settings"]?["type"]?.string ?? "") \(keys)").inserted
        }
    }()

    /// The job is paid for: what says nothing of it leads to the next question, never to another purchase.
    @Test(arguments: polls)
    func `a poll that fails is no failed job`(_ fixture: ProviderFixture) throws {
        let provider = try fixture.provider()
        for status in [408, 429, 500, 502, 503, 504, 520, 529, 401, 402, 403, 302, 404, 410] {
            for body in ["", "<html>no</html>", "{}", #"{"error":{"message":"no"}}"#, #"{"detail":"no"}"#] {
                let response = UpstreamResponse(status: HTTPStatus(status), body: Array(body.utf8))
                let error = #expect(throws: UpstreamError.self) { _ = try provider.generation(from: response, at: fixture.step()) }
                let isGone = [404, 410].contains(status)
                #expect(error.map { ($0.kind == .jobRejected) == isGone && $0.kind != .jobFailed } == true, "\(status) \(body)")
            }
        }
    }

    @Test(arguments: starts)
    func `a status without a word is judged by the law`(_ fixture: ProviderFixture) throws {
        let (provider, step) = (try fixture.provider(), fixture.step(at: try fixture.provider()))
        for (statuses, kinds) in Self.meanings {
            for status in statuses {
                for body in ["", "<html>no</html>", "{}", #"{"error":{"message":"no"}}"#, #"{"detail":"no"}"#] {
                    let response = UpstreamResponse(status: HTTPStatus(status), body: Array(body.utf8))
                    let error = #expect(throws: UpstreamError.self) { _ = try provider.generation(from: response, at: step) }
                    // At Infron, 403 with a word is flagged content.
                    if status == 403, fixture.testDescription.hasPrefix("infron"), error?.kind == .moderated { continue }
                    #expect(error.map { kinds.contains($0.kind) } == true, "\(status) \(body): \(String(describing: error?.kind))")
                    if error?.kind == .unknownOutcome { #expect(error?.progress == .mayHaveStarted) }
                }
            }
        }
    }

    /// A submit that was answered with success and no word of a job is not simply bought again.
    @Test(arguments: starts)
    func `a success without anything in it is neither a result nor a refusal`(_ fixture: ProviderFixture) throws {
        let (provider, step) = (try fixture.provider(), fixture.step(at: try fixture.provider()))
        for body in ["", "<html>no</html>", "{}", "[]", "null", #"{"data":null}"#, #"{"id":"","status":"","data":[]}"#] {
            let response = UpstreamResponse(status: HTTPStatus(200), body: Array(body.utf8))
            let error = #expect(throws: UpstreamError.self) { _ = try provider.generation(from: response, at: step) }
            let kinds: Set<UpstreamError.Kind> = [.invalidAnswer, .unknownOutcome, .jobRejected, .moderated]
            #expect(error.map { kinds.contains($0.kind) } == true, "\(body): \(String(describing: error?.kind))")
        }
    }
}
