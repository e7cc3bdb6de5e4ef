import GatewayTesting
import HTTP
import Media
import Synchronization
import Testing
import Transport

@testable import Gateway

@Suite(.timeLimit(.minutes(1))) struct WebhookSenderTests {
    private static let url = "https://a.test/hook?token=1"

    @Test func `an event is signed, told at the checked address and removed`() async throws {
        let fixture = WebhookFixture([WebhookFixture.event("evt_1")])
        #expect(await fixture.run { $0.store.ids.isEmpty })
        let post = try #require(fixture.receivers.posts.first)
        #expect(fixture.receivers.posts.count == 1)
        #expect(post.url == Self.url && post.addresses == [WebhookFixture.address])
        #expect(post.body == Array(#"{"id":"evt_1"}"#.utf8) && post.fields[.contentType] == "application/json")
        let signed = try #require(
            WebhookSignature.fields(id: "evt_1", timestamp: 1_000_000, body: post.body, secret: WebhookFixture.secret))
        for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] as [HTTPFieldName] {
            #expect(post.fields[name] == signed[name])
        }
    }

    @Test func `what is not taken is told again by the schedule, under the same id`() async {
        let script: [WebhookReceivers.Reply] = [
            .status(500), .lost(.timedOut), .status(302), .status(503, retryAfter: .seconds(9_000)), .status(404),
        ]
        let fixture = WebhookFixture([WebhookFixture.event("evt_1")], WebhookReceivers([Self.url: script]))
        for (count, wait) in [(1, 5), (2, 300), (3, 1800), (4, 9_000), (5, 5 * 3600)] {
            let due = fixture.time.now + wait
            #expect(
                await fixture.run {
                    $0.store.outbox.withLock { $0["evt_1"].map { [$0.attempts, $0.dueAt] } } == [count, due]
                })
            #expect(fixture.receivers.posts.count == count)
            // One second early nothing is told.
            fixture.time.advance(wait - 1)
            let looks = fixture.store.looks.withLock { $0.count }
            #expect(await fixture.run { $0.store.looks.withLock { $0.count > looks } })
            #expect(fixture.store.looks.withLock { $0.last } == 0)
            #expect(fixture.receivers.posts.count == count)
            fixture.time.advance(1)
        }
        #expect(await fixture.run { $0.store.ids.isEmpty })
        #expect(fixture.receivers.posts.map { $0.fields["webhook-id"] } == Array(repeating: "evt_1", count: 6))
    }

    @Test(arguments: [-3600, -3 * 86_400, 3600, 3 * 86_400])
    func `a wall clock that is set puts nothing off; signatures have its time`(seconds: Int) async {
        let fixture = WebhookFixture([WebhookFixture.event("evt_1")], WebhookReceivers([Self.url: [.status(500)]]))
        #expect(await fixture.run { $0.store.outbox.withLock { $0["evt_1"]?.attempts } == 1 })
        fixture.time.wrong.withLock { $0 = seconds }
        fixture.time.advance(5)
        #expect(await fixture.run { $0.store.ids.isEmpty })
        #expect(fixture.receivers.posts.map { $0.fields["webhook-timestamp"] } == ["1000000", "\(1_000_005 + seconds)"])
    }

    @Test func `what a wrong clock of an earlier process has put off for days is told at once`() async {
        let due = 1_000_000 + WebhookEvent.longestWait
        let events = [WebhookFixture.event("evt_1", dueAt: due + 1), WebhookFixture.event("evt_2", dueAt: due)]
        let fixture = WebhookFixture(events)
        #expect(await fixture.run { $0.store.ids == ["evt_2"] })
        #expect(fixture.receivers.posts.map { $0.fields["webhook-id"] } == ["evt_1"])
    }

    @Test func `without a clock of its own a sender goes on from where the wall clock was`() {
        let wall = Mutex(5_000)
        let environment = WebhookSender.Environment(now: { wall.withLock { $0 } }, sleep: { _ in }, report: { _ in })
        wall.withLock { $0 = 0 }
        #expect(environment.now() == 0 && (5_000..<5_060) ~= environment.steady())
    }

    @Test func `after ten deliveries an event is given up with a line in the log`() async {
        let fixture = WebhookFixture(
            [WebhookFixture.event("evt_1")], WebhookReceivers([Self.url: Array(repeating: .status(500), count: 99)]))
        for count in 1...10 {
            #expect(await fixture.run { _ in fixture.lines.all.count == count })
            fixture.time.advance(30 * 3600)
        }
        #expect(fixture.store.ids.isEmpty && fixture.receivers.posts.count == 10)
        #expect(fixture.lines.all.last?.contains("webhook_given_up") == true)
    }

    @Test func `a receiver that is gone is left alone`() async {
        let fixture = WebhookFixture([WebhookFixture.event("evt_1")], WebhookReceivers([Self.url: [.status(410)]]))
        #expect(await fixture.run { $0.store.ids.isEmpty })
        #expect(fixture.receivers.posts.count == 1)
    }

    @Test func `no line of the log has a body or a query`() async {
        let scripts: [String: [WebhookReceivers.Reply]] = [Self.url: [.status(500), .status(410)]]
        let fixture = WebhookFixture([WebhookFixture.event("evt_1")], WebhookReceivers(scripts))
        #expect(await fixture.run { _ in fixture.lines.all.count == 1 })
        fixture.time.advance(5)
        #expect(await fixture.run { _ in fixture.lines.all.count == 2 })
        #expect(
            fixture.lines.all.first
                == #"{"event":"webhook_failed","level":"info","webhook":"evt_1","key":"alice","attempts":1,"url":"https://a.test/hook","status":500,"retry_after_seconds":5}"#
        )
        #expect(fixture.lines.all.allSatisfy { !$0.contains("token") && !$0.contains(#"{\"id"#) })
    }

    @Test func `a key without its secret, and a URL that is none, end an event`() async {
        let events = [WebhookFixture.event("evt_1", owner: "poor"), WebhookFixture.event("evt_2", url: "ftp://a.test/")]
        let fixture = WebhookFixture(events)
        #expect(await fixture.run { $0.store.ids.isEmpty })
        #expect(fixture.receivers.posts.isEmpty && fixture.lines.all.count == 2)
        #expect(fixture.lines.all.allSatisfy { $0.contains("webhook_given_up") })
    }

    @Test func `an address that has become private is not called`() async {
        let fixture = WebhookFixture([WebhookFixture.event("evt_1")], blocked: ["a.test"])
        #expect(await fixture.run { $0.store.outbox.withLock { $0["evt_1"]?.attempts } == 1 })
        #expect(fixture.receivers.posts.isEmpty)
    }

    @Test func `a slow receiver holds up two deliveries of its owner and nobody else's`() async {
        let gate = Gate()
        let events = (0..<40).map { WebhookFixture.event("evt_\($0)", owner: "owner\($0 / 4)") }
        let fixture = WebhookFixture(events, WebhookReceivers(gate: gate))
        #expect(
            await fixture.run { fixture in
                guard await eventually({ fixture.receivers.posts.count == 16 }) else { return false }
                gate.open()
                return await eventually { fixture.store.ids.isEmpty }
            })
        #expect(fixture.receivers.most == 16 && fixture.receivers.posts.count == 40)
        #expect(Set(fixture.receivers.posts.prefix(16).compactMap { $0.fields["webhook-id"] }).count == 16)
    }

    @Test func `a new event is told as soon as the sender is woken`() async {
        let fixture = WebhookFixture([])
        #expect(
            await fixture.run { fixture in
                fixture.store.put(WebhookFixture.event("evt_9"))
                fixture.sender.wake()
                return await eventually { fixture.store.ids.isEmpty }
            })
        #expect(fixture.receivers.posts.count == 1)
    }

    @Test func `an event that was cut off stays and is told by the next process`() async {
        let gate = Gate()
        let fixture = WebhookFixture([WebhookFixture.event("evt_1")], WebhookReceivers(gate: gate))
        #expect(await fixture.run { $0.receivers.posts.count == 1 })
        #expect(fixture.store.outbox.withLock { $0["evt_1"]?.attempts } == 0)
        let events = fixture.store.outbox.withLock { Array($0.values) }
        let next = WebhookFixture(events)
        #expect(await next.run { $0.store.ids.isEmpty })
    }

    @Test func `an outbox without space does not have an event told over and over`() async {
        let fixture = WebhookFixture([WebhookFixture.event("evt_1")])
        fixture.store.isFull.withLock { $0 = true }
        #expect(
            await fixture.run { fixture in
                guard await eventually({ !fixture.lines.all.isEmpty }) else { return false }
                fixture.store.isFull.withLock { $0 = false }
                fixture.store.put(WebhookFixture.event("evt_2"))
                fixture.sender.wake()
                guard await eventually({ fixture.store.ids == ["evt_1"] }) else { return false }
                fixture.time.advance(60)
                fixture.sender.wake()
                return await eventually { fixture.store.ids.isEmpty }
            })
        #expect(fixture.receivers.posts.count == 3)
    }
}
