import Testing

@testable import Gateway

@Suite struct RequestIDTests {
    @Test func `ids are all different and of one form, however many are made`() {
        let ids = RequestIDs()
        let made = (0..<1000).map { _ in ids.next() }
        #expect(Set(made).count == made.count)
        #expect(made.allSatisfy { $0.hasPrefix("req_") && $0.utf8.count == 28 })
    }
}
