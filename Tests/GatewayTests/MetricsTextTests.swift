import Media
import Testing

@testable import Gateway

@Suite struct MetricsTextTests {
    @Test(arguments: [
        ("plain", "plain"), ("a\"b", "a\\\"b"), ("back\\slash", "back\\\\slash"), ("two\nlines", "two\\nlines"),
        ("two\r\nlines", "two\\nlines"),
        ("µ", "µ"),
    ])
    func `a label's value is escaped`(text: String, escaped: String) {
        #expect(MetricsText.escaped(text) == escaped)
    }

    @Test(arguments: [(0.0, "0"), (2, "2"), (0.04, "0.04"), (1_000_000, "1000000"), (0.000_001, "1e-06"), (-1.5, "-1.5")])
    func `a number is written as Prometheus reads it`(value: Double, text: String) {
        #expect(MetricsText.number(value) == text)
    }

    @Test func `buckets are cumulative, and their ends belong to them`() {
        var histogram = MetricHistogram([1, 2.5])
        for value in [0.5, 1, 2, 3, 100] { histogram.observe(value) }
        var text = MetricsText()
        text.add("t_seconds", "Time.", [([("route", "a")], histogram)])
        let expected = """
            # HELP t_seconds Time.
            # TYPE t_seconds histogram
            t_seconds_bucket{route="a",le="1"} 2
            t_seconds_bucket{route="a",le="2.5"} 3
            t_seconds_bucket{route="a",le="+Inf"} 5
            t_seconds_sum{route="a"} 106.5
            t_seconds_count{route="a"} 5

            """
        #expect(String(decoding: text.bytes, as: UTF8.self) == expected)
    }

    @Test func `histograms are added up`() {
        var (first, second) = (MetricHistogram([1]), MetricHistogram([1]))
        first.observe(.milliseconds(500))
        second.observe(.seconds(2))
        second.observe(.seconds(-1))
        first.merge(second)
        #expect(first.buckets == [2, 1])
        #expect(first.sum == 2.5)
    }

    @Test func `a family without a sample is left out`() {
        var text = MetricsText()
        text.add(.counter, "a_total", "A.", [])
        text.add("b_seconds", "B.", [])
        #expect(text.bytes.isEmpty)
    }

    @Test func `every kind of error is a word of its own`() {
        let words = UpstreamError.Kind.allCases.map { MetricNames.snakeCase($0.rawValue) }
        #expect(Set(words).count == words.count)
        #expect(words.contains("key_refused"))
        #expect(words.allSatisfy { $0.allSatisfy { $0.isLowercase || $0 == "_" } })
    }

    @Test func `the process tells of itself`() {
        let facts = ProcessFacts.read()
        #expect((facts.resident ?? 0) > 1 << 20)
        #expect((facts.virtual ?? 0) >= (facts.resident ?? 0))
        #expect((facts.openDescriptors ?? 0) > 2)
        #expect(facts.maximumDescriptors >= facts.openDescriptors ?? 0)
        #expect(facts.processorSeconds > 0)
    }
}
