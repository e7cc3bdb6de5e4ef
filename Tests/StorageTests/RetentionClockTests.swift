import Testing

@testable import Storage

@Suite struct RetentionClockTests {
    private static let start = RetentionClock.Reading(wall: 1_000_000, steady: 500)

    private static func after(_ steady: Int, jump: Int = 0) -> RetentionClock.Reading {
        RetentionClock.Reading(wall: start.wall + steady + jump, steady: start.steady + steady)
    }

    @Test func `time passes as on the wall while nobody sets it`() {
        var clock = RetentionClock(retention: 3600, at: Self.start)
        for passed in stride(from: 0, through: 100_000, by: 10_000) { #expect(clock.now(at: Self.after(passed)) == 1_000_000 + passed) }
    }

    @Test func `a clock set forward makes nothing older`() {
        var clock = RetentionClock(retention: 3600, at: Self.start)
        #expect(clock.now(at: Self.after(10, jump: 259_200)) == 1_000_010)
        #expect(clock.now(at: Self.after(3600, jump: 259_200)) == 1_003_600)
    }

    @Test func `a clock set forward is believed after a whole retention`() {
        var clock = RetentionClock(retention: 3600, at: Self.start)
        _ = clock.now(at: Self.after(10, jump: 259_200))
        #expect(clock.now(at: Self.after(3610, jump: 259_200)) == 1_003_610)
        #expect(clock.now(at: Self.after(3611, jump: 259_200)) == 1_003_611 + 259_200)
    }

    @Test func `a clock set back is believed at once`() {
        var clock = RetentionClock(retention: 3600, at: Self.start)
        #expect(clock.now(at: Self.after(10, jump: -259_200)) == 1_000_010 - 259_200)
        #expect(clock.now(at: Self.after(20)) == 1_000_020 - 259_200)
    }

    @Test func `a clock that is slewed is followed`() {
        var clock = RetentionClock(retention: 3600, at: Self.start)
        for step in 1...100 { #expect(clock.now(at: Self.after(step * 60, jump: step)) == 1_000_000 + step * 61) }
    }

    @Test func `a jump that is taken back leaves no trace`() {
        var clock = RetentionClock(retention: 3600, at: Self.start)
        _ = clock.now(at: Self.after(10, jump: 5000))
        #expect(clock.now(at: Self.after(20)) == 1_000_020)
        #expect(clock.now(at: Self.after(5000, jump: 5000)) == 1_005_000)
        #expect(clock.now(at: Self.after(8000, jump: 5000)) == 1_008_000)
    }
}
