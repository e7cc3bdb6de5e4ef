import Testing
import Transport

@Suite struct InstantTests {
    @Test func `time passes, and is told to the nanosecond`() {
        let start = Instant.now
        #expect(start + .nanoseconds(1) > start)
        #expect((start + .milliseconds(1500)) - start == .milliseconds(1500))
        #expect(start - .seconds(2) == start + .seconds(-2))
        #expect(start.duration(to: start - .seconds(1)) == .seconds(-1))
        #expect(Instant.now >= start)
    }

    @Test func `what is too far away is as far as can be told`() {
        let start = Instant.now
        let end = start + .seconds(Int64.max)
        #expect(end > start + .seconds(86_400 * 36_500))
        #expect(end + .seconds(1) == end)
        #expect(start - .seconds(Int64.max) < start)
        #expect((start - .seconds(Int64.max)).duration(to: end) > .seconds(86_400 * 36_500))
    }
}
