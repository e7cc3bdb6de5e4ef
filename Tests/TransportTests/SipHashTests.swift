import Testing

@testable import Transport

@Suite struct SipHashTests {
    /// Of the reference implementation, for the texts of so many bytes that count up from 0.
    private static let vectors: [(count: Int, tag: SipHash.Tag)] = [
        (0, SipHash.Tag(first: 0xE6A8_25BA_047F_81A3, second: 0x9302_55C7_1472_F66D)),
        (1, SipHash.Tag(first: 0x44AF_996B_D8C1_87DA, second: 0x45FC_229B_1159_7634)),
        (7, SipHash.Tag(first: 0x53C1_DBD8_BEEB_F1A1, second: 0x3982_F01F_A64A_B8C0)),
        (8, SipHash.Tag(first: 0x61F5_5862_BAA9_623B, second: 0xB497_14F3_64E2_830F)),
        (15, SipHash.Tag(first: 0x11A8_B033_99E9_9354, second: 0xD9C3_CF97_0FEC_087E)),
        (16, SipHash.Tag(first: 0xBB54_B067_CAA4_E26E, second: 0x7705_2385_BF15_33FD)),
        (63, SipHash.Tag(first: 0x4A83_502F_77D1_5051, second: 0x7CBD_3F97_9A06_3E50)),
    ]

    @Test(arguments: vectors)
    func `tags are those of the reference implementation`(count: Int, tag: SipHash.Tag) {
        let text = (0..<count).map { UInt8($0) }
        #expect(SipHash(key: Array(0..<16)).tag(of: text.span) == tag)
    }

    @Test func `another key or another text has another tag`() {
        let (one, other) = (SipHash(key: Array(0..<16)), SipHash(key: Array(1...16)))
        let text = Array("a key".utf8)
        #expect(one.tag(of: text.span) != other.tag(of: text.span))
        #expect(one.tag(of: text.span) != one.tag(of: Array("a kez".utf8).span))
    }
}
