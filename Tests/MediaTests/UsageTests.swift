import Media
import Testing

@Suite struct UsageTests {
    private static let video = GenerationRequest(operation: .video, model: "v", prompt: "a cat")
    private static let candidate = Candidate(provider: "p", upstreamModel: "m")
    private static let failed = Attempt.Outcome.failed(UpstreamError(.serverFault, .answered, message: "x"))

    private func usage(
        _ outcome: Attempt.Outcome, cost: Double? = nil, _ billed: Attempt.Billed, made: Int, asked: Int = 2,
        _ request: GenerationRequest = GenerationRequest(model: "i", prompt: "a cat"), price: Price? = nil
    ) -> Usage {
        let attempt = Attempt(candidate: Self.candidate, outcome: outcome, duration: .zero, cost: cost, billed: billed)
        return Usage(of: attempt, made: made, asked: asked, request, price: price, assumed: AssumedPrice(image: 0.1, second: 0.5))
    }

    @Test func `a told cost counts as it is`() {
        let used = usage(.succeeded(status: 200), cost: 0.07, .yes, made: 2)
        #expect(used.cost == Amount(dollars: 0.07) && used.assumedCost == .zero)
        #expect(used.images == 2 && used.failures == 0 && used.attempts == 1)
    }

    @Test func `an unknown price counts as the assumption, never as nothing`() {
        let used = usage(.succeeded(status: 200), .yes, made: 2)
        #expect(used.cost == Amount(dollars: 0.2) && used.assumedCost == used.cost)
    }

    @Test func `what may have been billed counts as if it had been, by what it was asked for`() {
        let used = usage(Self.failed, .unknown, made: 0, asked: 3, price: Price(image: 0.04))
        #expect(used.cost == Amount(dollars: 0.12) && used.assumedCost == used.cost)
        #expect(used.failures == 1 && used.images == 0)
    }

    @Test func `a refusal costs nothing`() {
        #expect(usage(Self.failed, .no, made: 0).cost == .zero)
    }

    @Test func `free models are free`() {
        #expect(usage(.succeeded(status: 200), cost: 0, .yes, made: 1, price: Price(image: 0)).cost == .zero)
        #expect(usage(Self.failed, .unknown, made: 0, price: Price(image: 0, second: 0)).cost == .zero)
    }

    @Test func `a video of a length that nobody named is taken as eight seconds`() {
        #expect(usage(Self.failed, .unknown, made: 0, asked: 1, Self.video).cost == Amount(dollars: 4))
        #expect(usage(Self.failed, .unknown, made: 0, asked: 1, Self.video, price: Price(second: 0.2)).cost == Amount(dollars: 1.6))
    }

    @Test func `a price by size is used where the size is left to the provider`() {
        let used = usage(Self.failed, .unknown, made: 0, asked: 1, price: Price(megapixel: 0.05))
        #expect(used.cost == Amount(dollars: 0.05 * 1.048576))
    }

    @Test(arguments: [("duration", 10), ("duration", "10"), ("duration", "10s"), ("durationSeconds", 9.5)] as [(String, JSONValue)])
    func `a length in a provider's own words counts`(field: String, value: JSONValue) {
        var video = Self.video
        video.extras[field] = value
        #expect(usage(Self.failed, .unknown, made: 0, asked: 1, video, price: Price(second: 0.2)).cost == Amount(dollars: 2))
        #expect(usage(.succeeded(status: 200), .yes, made: 1, asked: 1, video).videoMilliseconds == 10_000)
    }

    @Test(arguments: ["-1", "1e300", "nan", "inf", "auto", ""])
    func `a length that nobody makes is none`(text: String) {
        var video = Self.video
        video.extras["duration"] = .string(text)
        #expect(video.length == nil)
    }

    @Test func `a size in a provider's own words counts`() {
        var request = GenerationRequest(model: "i", prompt: "a cat")
        request.extras["image_size"] = ["width": 2000, "height": 2000]
        #expect(usage(Self.failed, .unknown, made: 0, asked: 1, request, price: Price(megapixel: 0.05)).cost == Amount(dollars: 0.2))
    }

    @Test func `a quality that is left to the provider counts as the dearest`() {
        let price = Price(byQuality: ["low": 0.01, "high": 0.25])
        #expect(usage(Self.failed, .unknown, made: 0, asked: 1, price: price).cost == Amount(dollars: 0.25))
    }

    @Test func `videos count in seconds`() {
        var video = Self.video
        video.seconds = 5
        let used = usage(.succeeded(status: 200), cost: 1, .yes, made: 2, video)
        #expect(used.videoMilliseconds == 10_000 && used.images == 0)
    }

    @Test(arguments: [
        (0, "1970-01-01"), (59, "1970-03-01"), (11_016, "2000-02-29"), (20_778, "2026-11-21"), (47_540, "2100-02-28"),
        (47_541, "2100-03-01"),
    ])
    func `days have their dates`(number: Int, text: String) {
        #expect(CalendarDay(number: number).description == text)
        #expect(CalendarDay(parsing: text)?.number == number)
    }

    @Test func `a day follows the other for four hundred years`() {
        var day = CalendarDay(number: 0)
        for number in 1..<146_097 {
            let next = CalendarDay(number: number)
            let isConsistent = CalendarDay(parsing: next.description) == next && next.description > day.description
            if !isConsistent { Issue.record("\(next)") }
            day = next
        }
    }

    @Test(arguments: ["", "2026-02-29", "2026-13-01", "2026-00-10", "2026-1-1", "+026-01-01", "2026-01-01 ", "1969-12-31", "2026-04-31"])
    func `what is no day is none`(text: String) {
        #expect(CalendarDay(parsing: text) == nil)
    }

    @Test(arguments: [
        ("2026-11-21", "2026-11-01", "2026-12-01"), ("2026-12-31", "2026-12-01", "2027-01-01"), ("2028-02-29", "2028-02-01", "2028-03-01"),
    ])
    func `months have their ends`(day: String, first: String, next: String) throws {
        let day = try #require(CalendarDay(parsing: day))
        #expect(day.firstOfMonth.description == first && day.firstOfNextMonth.description == next)
    }

    @Test func `amounts stay exact and within bounds`() {
        var sum = Amount.zero
        for _ in 0..<1000 { sum += Amount(dollars: 0.1) }
        #expect(sum == Amount(dollars: 100))
        #expect(Amount(dollars: .infinity) + Amount(units: .max) == Amount(units: .max))
        #expect(Amount(dollars: -1) == .zero && Amount(dollars: .nan) == .zero)
        #expect(Amount(dollars: 1) - Amount(dollars: 2) == .zero)
    }
}
