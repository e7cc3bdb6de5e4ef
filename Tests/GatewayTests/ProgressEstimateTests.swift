import Media
import Testing

@testable import Gateway

@Suite struct ProgressEstimateTests {
    func percent(_ status: TaskStatus = .inProgress, reported: Int? = nil, after seconds: Int, previous: Int = 0) -> Int {
        ProgressEstimate.percent(
            of: status, reported: reported, elapsed: .seconds(seconds), typical: .seconds(60), previous: previous)
    }

    @Test(arguments: [(0, 0), (-5, 0), (6, 9), (30, 45), (60, 90), (90, 93), (120, 94), (600, 98), (1_000_000_000, 98)])
    func `without the provider's word, time tells`(seconds: Int, expected: Int) {
        #expect(percent(after: seconds) == expected)
    }

    @Test func `it never falls and never gets to the end`() {
        var last = 0
        for second in 0...10_000 {
            let next = percent(after: second)
            #expect(next >= last && next < 99)
            last = next
        }
    }

    @Test(arguments: [(0, 0), (42, 42), (99, 99), (100, 99), (250, 99), (-3, 0)])
    func `the provider's word counts, but for an end that is none`(reported: Int, expected: Int) {
        #expect(percent(reported: reported, after: 30) == expected)
    }

    @Test func `what was told is not taken back`() {
        #expect(percent(reported: 10, after: 0, previous: 40) == 40)
        #expect(percent(after: 6, previous: 40) == 40)
        #expect(percent(.queued, after: 6, previous: 40) == 40)
        #expect(percent(.failed, after: 60, previous: 40) == 40)
    }

    @Test func `what has not begun is at nothing, what is complete at all`() {
        #expect(percent(.queued, reported: 7, after: 600) == 0)
        #expect(percent(.completed, after: 0) == 100)
        #expect(percent(.cancelled, after: 60) == 0)
    }

    @Test func `a usual time of nothing is no reason to fail`() {
        #expect(ProgressEstimate.percent(of: .inProgress, reported: nil, elapsed: .seconds(5), typical: .zero) == 0)
    }

    @Test func `a task is estimated from its beginning`() {
        let order = TaskOrder(request: GenerationRequest(operation: .video, model: "m"))
        var task = GenerationTask(id: "video_1", owner: "o", order: order, createdAt: 900, expiresAt: 9000)
        #expect(ProgressEstimate.percent(of: task, typical: .seconds(60), now: 1030) == 0)
        task.startedAt = 1000
        task.phase = .submitting(Candidate(provider: "p", upstreamModel: "m"))
        #expect(ProgressEstimate.percent(of: task, typical: .seconds(60), now: 1030) == 45)
        #expect(ProgressEstimate.percent(of: task, typical: .seconds(60), now: 990) == 0)
        task.reportedProgress = 60
        #expect(ProgressEstimate.percent(of: task, typical: .seconds(60), now: 1030) == 60)
        #expect(ProgressEstimate.percent(of: task, typical: .seconds(60), now: 1030, previous: 70) == 70)
        task.phase = .completed
        #expect(ProgressEstimate.percent(of: task, typical: .seconds(60), now: 1030) == 100)
    }
}

@Suite struct ProgressEstimatePastTests {
    @Test func `the median is told, and a usual time where nothing is known`() {
        var past = PastDurations()
        #expect(past.median(for: "m") == nil)
        #expect(past.typical(for: "m", .video) == .seconds(60))
        #expect(past.typical(for: "m", .image) == .seconds(20))
        for seconds in [10, 1000, 20] { past.add(seconds, for: "m") }
        #expect(past.typical(for: "m", .video) == .seconds(20))
        past.add(30, for: "m")
        #expect(past.median(for: "m") == .seconds(25))
        past.add(0, for: "n")
        past.add(-4, for: "n")
        #expect(past.typical(for: "n", .image) == .seconds(20))
    }

    @Test func `the last fifty count`() {
        var past = PastDurations()
        for _ in 0..<50 { past.add(1000, for: "m") }
        for _ in 0..<50 { past.add(10, for: "m") }
        #expect(past.median(for: "m") == .seconds(10))
    }

    @Test func `models that were not used for longest make room`() {
        var past = PastDurations()
        for number in 0..<500 { past.add(number + 1, for: "m\(number)") }
        past.add(7, for: "m0")
        past.add(8, for: "new")
        #expect(past.modelCount == 500)
        #expect(past.median(for: "m0") == .seconds(4))
        #expect(past.median(for: "m1") == nil)
        #expect(past.median(for: "new") == .seconds(8))
    }
}
