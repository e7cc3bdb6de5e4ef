import GatewayTesting
import HTTP
import Media
import Testing
import Transport

@testable import Gateway

@Suite(.timeLimit(.minutes(1)))
struct TaskRunnerTests {
    @Test func `a task is made, stored with its files, and told as complete`() async throws {
        let fixture = TaskFixture()
        let live = try await fixture.submit()
        let task = await fixture.finished(live)
        #expect(task.phase == .completed)
        #expect(task.outputs.count == 1)
        #expect(fixture.media.items.count == 1)
        #expect(fixture.transport.journal == ["a/start"])
        let kept = try #require(try await fixture.store.task(task.id))
        #expect(kept.phase == .completed)
        #expect(kept.attempts.count == 1)
    }

    @Test func `a job is polled to its end, and one start is sent in all`() async throws {
        let fixture = TaskFixture(["a": [.answer(202), .answer(202), .answer(202), .answer(200)]])
        let task = await fixture.finished(try await fixture.submit())
        #expect(task.phase == .completed)
        #expect(fixture.transport.journal == ["a/start", "a/resume", "a/resume", "a/resume"])
        #expect(task.origin?.operation.id == "job")
    }

    @Test func `what was under way at a crash has an unknown outcome and is not sent again`() async throws {
        let fixture = TaskFixture()
        let id = try await fixture.left(.submitting(Candidate(provider: "a", upstreamModel: "cat-1")))
        let task = try await fixture.resumed(id)
        #expect(task.phase == .failed)
        #expect(task.failure?.code == "outcome_unknown")
        #expect(task.failure?.shouldRetry == false)
        #expect(task.attempts.last?.billed == .unknown)
        #expect(fixture.transport.sent.isEmpty)
    }

    @Test func `a job that was accepted before a crash is asked for, not sent again`() async throws {
        let fixture = TaskFixture(["a": [.answer(202), .answer(200)]])
        let candidate = Candidate(provider: "a", upstreamModel: "cat-1")
        let id = try await fixture.left(.submitted(candidate, [RemoteOperation(id: "job", model: "cat-1")]))
        let task = try await fixture.resumed(id)
        #expect(task.phase == .completed)
        #expect(fixture.transport.journal == ["a/resume", "a/resume"])
    }

    @Test func `a job whose model is not served any more is collected all the same`() async throws {
        let fixture = TaskFixture()
        let request = GenerationRequest(model: "gone-model", prompt: "a cat")
        let phase = GenerationTask.Phase.submitted(
            Candidate(provider: "a", upstreamModel: "gone-model"), [RemoteOperation(id: "job", model: "gone-model")])
        let id = TaskID.make(.image, entropy: randomBytes(17))
        _ = try await fixture.store.insert(
            GenerationTask(
                id: id, owner: "alice", order: TaskOrder(request: request), phase: phase, createdAt: 1, expiresAt: 2_000_000), claim: nil)
        #expect(try await fixture.resumed(id).phase == .completed)
    }

    @Test func `a task that was only accepted before a crash begins anew`() async throws {
        let fixture = TaskFixture()
        let id = try await fixture.left(.accepted)
        #expect(try await fixture.resumed(id).phase == .completed)
        #expect(fixture.transport.journal == ["a/start"])
    }

    @Test func `a job that fails for the provider's reasons goes to the next one under the same id`() async throws {
        let fixture = TaskFixture(["a": [.answer(202), .failure(UpstreamError(.jobFailed, .mayHaveStarted, message: "no room"))]])
        let live = try await fixture.submit()
        let task = await fixture.finished(live)
        #expect(task.id == live.id)
        #expect(task.phase == .completed)
        #expect(fixture.transport.journal == ["a/start", "a/resume", "b/start"])
    }

    @Test func `nothing is sent while the attempt cannot be written down`() async throws {
        let fixture = TaskFixture()
        let live = try await fixture.submit(isPatient: false)
        // The row is in; from here on the disk is full.
        let other = TaskFixture()
        let id = try await other.left(.accepted)
        other.store.failWrites(3, with: TaskStoreError(.full, "no space"))
        let task = try await other.resumed(id)
        #expect(task.phase == .completed)
        #expect(other.transport.starts(at: "a") == 1)
        #expect(task.attempts.count == 1)
        _ = await fixture.finished(live)
    }

    @Test func `lack of room is waited out, within the attempts of the task`() async throws {
        let fixture = TaskFixture(["a": [.answer(503), .answer(200)], "b": [.answer(503)]])
        let task = await fixture.finished(try await fixture.submit())
        #expect(task.phase == .completed)
        #expect(fixture.transport.starts(at: "a") + fixture.transport.starts(at: "b") == 3)
    }

    @Test func `lack of room for ever ends the task with its attempts`() async throws {
        let refusals = Array(repeating: ScriptedTransport.Reply.answer(503), count: 20)
        let fixture = TaskFixture(["a": refusals, "b": refusals])
        let task = await fixture.finished(try await fixture.submit())
        #expect(task.phase == .failed)
        #expect(task.failure?.status == 503)
        #expect(fixture.transport.sent.count == 6)
    }

    @Test func `a cancelled job is cancelled upstream and ends as cancelled`() async throws {
        let fixture = TaskFixture(["a": [.answer(202), .hold]])
        let live = try await fixture.submit()
        while fixture.transport.held == 0 { await Task.yield() }
        fixture.runner.cancel(live)
        let task = await fixture.finished(live)
        #expect(task.phase == .cancelled)
        #expect(fixture.transport.journal.last == "a/cancel")
        #expect(try await fixture.store.task(task.id)?.phase == .cancelled)
    }

    @Test func `a job that another process began is booked when it is cancelled before it is asked for`() async throws {
        let fixture = TaskFixture(["a": [.hold]], settings: TaskSettings(maximumRunning: 1))
        let candidate = Candidate(provider: "a", upstreamModel: "cat-1")
        _ = try await fixture.submit()
        while fixture.transport.held == 0 { await Task.yield() }
        let id = try await fixture.left(.submitted(candidate, [RemoteOperation(id: "job", model: "cat-1")]))
        try await fixture.runner.resume { _ in nil }
        guard case .live(let live)? = try await fixture.runner.find(id, owner: "alice") else { throw APIError(500, "not live") }
        fixture.runner.cancel(live)
        let task = await fixture.finished(live)
        #expect(task.phase == .cancelled && task.attempts.map(\.billed) == [.unknown])
        #expect(fixture.services.spending.account(.key("alice")).day == Amount(dollars: 0.1))
    }

    @Test func `a task that waits for its turn is cancelled without being begun`() async throws {
        let fixture = TaskFixture(["a": [.hold]], settings: TaskSettings(maximumRunning: 1))
        let first = try await fixture.submit()
        while fixture.transport.held == 0 { await Task.yield() }
        let second = try await fixture.submit()
        fixture.runner.cancel(second)
        #expect(await fixture.finished(second).phase == .cancelled)
        fixture.transport.answer("a")
        #expect(await fixture.finished(first).phase == .completed)
        #expect(fixture.transport.starts(at: "a") == 1)
    }

    @Test func `a deleted task is gone with its files, and what it still makes is not kept`() async throws {
        let fixture = TaskFixture(["a": [.hold]])
        let live = try await fixture.submit()
        while fixture.transport.held == 0 { await Task.yield() }
        try await fixture.runner.delete(.live(live))
        #expect(try await fixture.runner.find(live.id, owner: "alice") == nil)
        _ = await fixture.finished(live)
        #expect(try await fixture.store.task(live.id) == nil)
        #expect(fixture.media.items.isEmpty)
    }

    @Test func `somebody else's task and no task are the same`() async throws {
        let fixture = TaskFixture()
        let task = await fixture.finished(try await fixture.submit())
        #expect(try await fixture.runner.find(task.id, owner: "bob") == nil)
        #expect(try await fixture.runner.find("image_garbage", owner: "alice") == nil)
        #expect(try await fixture.runner.find(task.id, owner: "alice") != nil)
    }

    @Test func `a claim stands for one task, and refuses another body`() async throws {
        let fixture = TaskFixture(["a": [.hold]])
        let claim = IdempotencyClaim(owner: "alice", key: "k", fingerprint: "f", madeAt: 1_000_000)
        let first = try await fixture.submit(claim: claim)
        let second = try await fixture.submit(claim: claim)
        #expect(first === second)
        #expect(try await fixture.runner.claimed(by: claim)?.task.id == first.id)
        var other = claim
        other.fingerprint = "g"
        await #expect(throws: APIError.otherBody) { try await fixture.submit(claim: other) }
        while fixture.transport.held == 0 { await Task.yield() }
        fixture.transport.answer("a")
        #expect(await fixture.finished(first).phase == .completed)
    }

    @Test func `inputs wait in the store and are gone at the end`() async throws {
        let fixture = TaskFixture(["a": [.hold]])
        var request = GenerationRequest(operation: .edit, model: "cat-1", prompt: "a cat")
        request.inputs = [MediaInput(content: .data(ByteSource(Picture.png)), type: .png, fileName: "image-0.png")]
        let live = try await fixture.submit(request)
        while fixture.transport.held == 0 { await Task.yield() }
        #expect(fixture.media.items.map(\.bytes) == [Picture.png])
        fixture.transport.answer("a")
        let task = await fixture.finished(live)
        #expect(task.phase == .completed)
        #expect(fixture.media.items.count == 1)
        #expect(fixture.media.items.first?.owner == "alice")
    }

    @Test func `what is over goes, rows and files together`() async throws {
        let fixture = TaskFixture(settings: TaskSettings(retention: .seconds(100)))
        let task = await fixture.finished(try await fixture.submit())
        try await fixture.runner.sweep(at: 1_000_099)
        #expect(try await fixture.store.task(task.id) != nil)
        try await fixture.runner.sweep(at: 1_000_101)
        #expect(try await fixture.store.task(task.id) == nil)
        #expect(fixture.media.items.isEmpty)
    }
}
