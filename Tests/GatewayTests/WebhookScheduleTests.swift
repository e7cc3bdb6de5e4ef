import HTTP
import Media
import Testing

@testable import Gateway

@Suite struct WebhookScheduleTests {
    private static let hour = 3600

    @Test(arguments: [
        (1, 5), (2, 300), (3, 1800), (4, 2 * hour), (5, 5 * hour), (6, 10 * hour), (7, 14 * hour), (8, 20 * hour), (9, 24 * hour),
    ])
    func `the waits are those of the specification's example, with up to a fifth more`(deliveries: Int, seconds: Int) {
        #expect(WebhookSchedule.verdict(after: deliveries, answer: nil, jitter: 0) == .later(.seconds(seconds)))
        #expect(WebhookSchedule.verdict(after: deliveries, answer: nil, jitter: 1) == .later(.seconds(seconds) * 1.2))
    }

    @Test func `no wait is as long as the one that the outbox takes for a clock's fault`() {
        for deliveries in 1..<10 {
            let answer = WebhookAnswer(status: 503, retryAfter: .seconds(1_000_000))
            guard case .later(let wait) = WebhookSchedule.verdict(after: deliveries, answer: answer, jitter: 1) else {
                Issue.record("no wait")
                return
            }
            #expect(wait < .seconds(WebhookEvent.longestWait))
        }
    }

    @Test func `after the tenth delivery there is none`() {
        #expect(WebhookSchedule.verdict(after: 10, answer: nil, jitter: 0) == .exhausted)
        #expect(WebhookSchedule.verdict(after: 99, answer: WebhookAnswer(status: 500), jitter: 0) == .exhausted)
        #expect(WebhookSchedule.verdict(after: 10, answer: WebhookAnswer(status: 200), jitter: 0) == .delivered)
    }

    @Test(arguments: [
        (200, WebhookSchedule.Verdict.delivered), (204, .delivered), (299, .delivered), (410, .gone), (301, .later(.seconds(5))),
        (302, .later(.seconds(5))), (307, .later(.seconds(5))), (400, .later(.seconds(5))), (401, .later(.seconds(5))),
        (404, .later(.seconds(5))), (429, .later(.seconds(5))), (500, .later(.seconds(5))), (503, .later(.seconds(5))),
    ])
    func `2xx is taken, 410 ends it, all else is told again`(status: Int, verdict: WebhookSchedule.Verdict) {
        #expect(WebhookSchedule.verdict(after: 1, answer: WebhookAnswer(status: HTTPStatus(status)), jitter: 0) == verdict)
    }

    @Test(arguments: [(1, 5), (60, 60), (90_000, 86_400)])
    func `a longer wish of the receiver is obeyed, up to a day`(wish: Int, wait: Int) {
        let answer = WebhookAnswer(status: 503, retryAfter: .seconds(wish))
        #expect(WebhookSchedule.verdict(after: 1, answer: answer, jitter: 0) == .later(.seconds(wait)))
    }

    // MARK: Queue

    private func event(_ id: Int, _ owner: String = "alice") -> WebhookEvent {
        WebhookEvent(id: "evt_\(id)", owner: owner, url: "https://a.test/", body: "{}", dueAt: id)
    }

    private func begun(_ queue: inout WebhookQueue) -> [String] {
        var ids: [String] = []
        while let event = queue.next() { ids.append(event.id) }
        return ids
    }

    @Test func `one owner has two deliveries at once, all together sixteen`() {
        var queue = WebhookQueue()
        queue.beginLook(at: 0)
        #expect(queue.add((0..<100).map { event($0, "owner\($0 / 5)") }).isEmpty)
        let first = begun(&queue)
        #expect(first == (0..<8).flatMap { ["evt_\($0 * 5)", "evt_\($0 * 5 + 1)"] })
        queue.finish("evt_0")
        #expect(begun(&queue) == ["evt_2"])
        #expect(queue.inFlightCount == 16 && queue.waitingCount == 83)
    }

    @Test func `an event is not begun twice by a look that overlaps its end`() {
        var queue = WebhookQueue()
        queue.beginLook(at: 0)
        _ = queue.add([event(1), event(2), event(3)])
        #expect(begun(&queue) == ["evt_1", "evt_2"])
        queue.beginLook(at: 1)
        queue.finish("evt_1")
        _ = queue.add([event(1), event(2), event(3)])
        #expect(begun(&queue) == ["evt_3"])
        queue.finish("evt_2")
        queue.beginLook(at: 2)
        _ = queue.add([event(1)])
        #expect(begun(&queue) == ["evt_1"])
    }

    @Test func `an event whose end could not be saved rests for a while`() {
        var queue = WebhookQueue()
        queue.beginLook(at: 0)
        _ = queue.add([event(1)])
        #expect(begun(&queue) == ["evt_1"])
        queue.finish("evt_1", heldUntil: 60)
        for (time, ids) in [(59, []), (60, ["evt_1"])] {
            queue.beginLook(at: time)
            _ = queue.add([event(1)])
            #expect(begun(&queue) == ids)
        }
    }

    @Test func `an owner with too much waiting makes room in a full page`() {
        var queue = WebhookQueue()
        queue.beginLook(at: 0)
        let page = (0..<WebhookQueue.pageSize).map { event($0, $0 < 500 ? "alice" : "bob") }
        let surplus = queue.add(page)
        #expect(surplus.count == 500 - WebhookQueue.share && surplus.allSatisfy { $0.owner == "alice" })
        #expect(begun(&queue) == ["evt_0", "evt_1", "evt_500", "evt_501"])
    }
}
