import HTTP
import Media
import Testing

@testable import Storage

@Suite struct TaskDocumentTests {
    private func roundTrip(_ task: GenerationTask) throws -> GenerationTask {
        try TaskDocument.task(from: TaskDocument.bytes(of: task))
    }

    @Test func `a task with everything set reads back as it was`() throws {
        #expect(shown(try roundTrip(TaskFixture.full)) == shown(TaskFixture.full))
    }

    @Test func `a task with nothing set reads back as it was`() throws {
        let task = GenerationTask(
            id: "image_1", owner: "a", order: TaskOrder(request: GenerationRequest(model: "m")), createdAt: 0, expiresAt: 0)
        #expect(shown(try roundTrip(task)) == shown(task))
    }

    static let phases: [GenerationTask.Phase] = [
        .accepted, .submitting(TaskFixture.candidate), .submitted(TaskFixture.candidate, []),
        .submitted(TaskFixture.candidate, [TaskFixture.operation]), .completed, .failed, .cancelled,
    ]

    @Test(arguments: phases)
    func `every phase reads back`(phase: GenerationTask.Phase) throws {
        var task = TaskFixture.full
        task.phase = phase
        #expect(try roundTrip(task).phase == phase)
    }

    @Test(arguments: UpstreamError.Kind.allCases)
    func `every kind of upstream error reads back`(kind: UpstreamError.Kind) throws {
        var task = TaskFixture.full
        let attempt = Attempt(
            candidate: TaskFixture.candidate, outcome: .failed(UpstreamError(kind, message: "m")), duration: .seconds(1), billed: .no)
        task.attempts = [attempt]
        #expect(try roundTrip(task).attempts == [attempt])
    }

    @Test(arguments: GenerationRequest.Operation.allCases)
    func `every operation reads back`(operation: GenerationRequest.Operation) throws {
        #expect(try roundTrip(TaskFixture.task("t", operation: operation)).order.request.operation == operation)
    }

    @Test func `what only a process can hold is left out`() throws {
        let input = MediaInput(content: .data(ByteSource([1])), type: .mp4, fileName: "v.mp4")
        var order = TaskFixture.order
        order.request.inputs = [input]
        order.request.mask = input
        order.request.source = .given(input)
        var task = TaskFixture.full(order: order)
        task.outputs.append(TaskOutput(.memory(ByteSource([1])), type: .png))
        let read = try roundTrip(task)
        #expect(read.outputs.count == 3)
        #expect(read.order.request.inputs.isEmpty && read.order.request.mask == nil && read.order.request.source == nil)
    }

    @Test func `a cost that is no number is unknown`() throws {
        var task = TaskFixture.full
        task.cost = .infinity
        #expect(try roundTrip(task).cost == nil)
    }

    @Test(arguments: [
        (Duration.nanoseconds(1), 1), (.seconds(-2), -2_000_000_000), (.seconds(Int64.max), Int.max), (.seconds(Int64.min), Int.min),
        (.milliseconds(1500), 1_500_000_000),
    ])
    func `durations are whole nanoseconds`(duration: Duration, nanoseconds: Int) {
        #expect(duration.wholeNanoseconds == nanoseconds)
    }

    static let spoiled: [(change: String, with: JSONValue?, error: String)] = [
        ("format", 2, "format: is not known"), ("format", nil, "format: is missing"), ("owner", 1, "owner: is of the wrong kind"),
        ("created_at", 1.5, "created_at: is of the wrong kind"), ("extra", "x", "has members that are not known"),
        ("phase", ["state": "lost"], "phase.state: is of the wrong kind"), ("attempts", [1], "attempts[0]: is no object"),
        ("outputs", [["stored": "a", "role": "result", "type": "image/bmp"]], "outputs[0].type: is of the wrong kind"),
        ("phase", ["state": "accepted", "candidate": [:]], "phase: has members that are not known"),
    ]

    @Test(arguments: spoiled)
    func `a document that is not ours is refused with its place`(change: String, with: JSONValue?, error: String) throws {
        var object = try #require(try JSONValue(parsing: TaskDocument.bytes(of: TaskFixture.full)).object)
        object[change] = with
        let thrown = #expect(throws: DocumentError.self) { try TaskDocument.task(from: object.serialized()) }
        #expect(thrown?.description == error)
    }

    @Test(arguments: ["", "null", "[]", "{", "{\"format\":1}", "\u{0}"])
    func `what is no document is refused`(text: String) {
        #expect(throws: DocumentError.self) { try TaskDocument.task(from: Array(text.utf8)) }
    }
}
