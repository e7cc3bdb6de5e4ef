import HTTP
import Testing

@Suite struct HTTPURLAddressTests {
    // Expected texts by Python's ipaddress; mapped addresses as RFC 5952 §5 writes them.
    @Test(arguments: [
        ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("1:0:0:2::3", "1:0:0:2::3"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3"),
        ("0:1:0:1:0:1:0:1", "0:1:0:1:0:1:0:1"),
        ("2001:DB8:0:0:8:800:200C:417A", "2001:db8::8:800:200c:417a"), ("1:0:0:2:3:0:0:4", "1::2:3:0:0:4"),
        ("::ffff:10.0.0.1", "::ffff:10.0.0.1"),
        ("::1.2.3.4", "::102:304"), ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"), ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"),
        ("::0001", "::1"),
        ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"), ("0.0.0.0", "0.0.0.0"),
        ("255.255.255.255", "255.255.255.255"),
    ])
    func `an address has one canonical text`(text: String, canonical: String) throws {
        let address = try #require(IPAddress(parsing: text))
        #expect(address.description == canonical)
        #expect(IPAddress(parsing: canonical) == address)
        #expect(IPAddress(bytes: address.bytes) == address)
    }

    @Test func `bytes in any number but 4 and 16 are no address`() {
        #expect(IPAddress(bytes: [127, 0, 0, 1]) == .v4(0x7F00_0001))
        for count in [0, 3, 5, 15, 17] { #expect(IPAddress(bytes: [UInt8](repeating: 1, count: count)) == nil) }
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.255.255", true), ("10.0.0.0/8", "11.0.0.0", false), ("0.0.0.0/0", "255.1.2.3", true),
        ("0.0.0.0/0", "::1", false),
        ("10.0.0.7", "10.0.0.7", true), ("10.0.0.7/32", "10.0.0.8", false), ("2000::/3", "3fff::1", true), ("2000::/3", "4000::", false),
        ("::/0", "ffff::", true), ("::1/128", "::1", true), ("::1/128", "::2", false), ("::/0", "1.2.3.4", false),
        ("fe80::/10", "febf::1", true),
    ])
    func `a block holds its addresses and no others`(block: String, address: String, inside: Bool) throws {
        let block = try #require(IPAddressBlock(parsing: block))
        #expect(block.contains(try #require(IPAddress(parsing: address))) == inside)
    }

    @Test(arguments: [
        "10.0.0.1/8", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/08", "10.0.0.0/-1", "/8", "10.0.0.0/8/8", "10/8", "fe80::1/10", "x/8",
    ])
    func `a block with bits behind its prefix, or a bad prefix, is refused`(text: String) {
        #expect(IPAddressBlock(parsing: text) == nil)
    }
}
