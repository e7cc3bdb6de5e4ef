import Testing

@testable import HTTP

@Suite(.timeLimit(.minutes(2)))
struct ConformanceTests {
    static let cases: [ConformanceCase] =
        Corpus.controls + Corpus.requestLines + Corpus.targets + Corpus.hosts + Corpus.fieldLines + Corpus.framing + Corpus.codings
        + Corpus.chunks + Corpus.trailers + Corpus.limits + Corpus.pipelining + Corpus.responses + Corpus.faultyResponses

    @Test(arguments: cases)
    func `bytes mean the same however they are cut`(test: ConformanceCase) {
        let bytes = test.bytes
        #expect(Transcript(of: test, in: [bytes[...]]) == test.expected, "whole; \(test.why)")
        #expect(Transcript(of: test, in: bytes.indices.map { bytes[$0...$0] }) == test.expected, "byte by byte; \(test.why)")
        for cut in bytes.indices.dropFirst() {
            let transcript = Transcript(of: test, in: [bytes[..<cut], bytes[cut...]])
            guard transcript != test.expected else { continue }
            Issue.record("cut at \(cut): \(transcript); \(test.why)")
        }
    }

    @Test func `the corpus is large, its names differ, and each case has its rule`() {
        #expect(Self.cases.count >= 300)
        #expect(Set(Self.cases.map(\.name)).count == Self.cases.count)
        #expect(Self.cases.allSatisfy { $0.why.contains("RFC") || $0.why.contains("limit") })
    }
}

/// Cases by group; the groups are in files of their own.
enum Corpus {}
