import HTTP
import Media
import Testing

/// Edges of all special blocks, well-known addresses, and forty drawn at random; the tables were made with Python 3.11's ipaddress.
@Suite struct FetchAddressTests {
    /// Global by Python, and public by our rules.
    static let open = [
        "1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0", "169.253.255.255",
        "169.255.0.0", "172.15.255.255", "172.32.0.0", "191.255.255.255", "192.0.1.0", "192.0.1.255", "192.0.3.0", "192.88.98.255",
        "192.88.100.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "198.51.99.255", "198.51.101.0",
        "203.0.112.255", "203.0.114.0", "223.255.255.255", "2000::", "2000::1", "3fff:ffff:ffff:ffff:ffff:ffff:ffff:fffe",
        "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:200::",
        "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::", "2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2003::",
        "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff:1000::", "8.8.8.8", "1.1.1.1", "93.184.216.34", "168.63.129.16",
        "2606:4700::1111", "2a00:1450:4001::1", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808", "2620:4f:8000::1",
        "2001:200::1", "82.230.180.56", "38.158.13.55", "101.19.39.14", "166.163.164.80", "12.92.127.208", "18.139.47.51", "210.63.8.36",
        "137.47.144.43", "24.24.232.17", "93.157.201.248", "149.49.152.93", "14.217.4.117", "129.231.78.245", "54.246.117.204",
        "9.153.80.216", "22.0.163.90", "111.3.103.90", "107.13.84.155", "31a2:2dd9:1738:f7d9:3d9c:1724:11e2:b8f",
        "3218:3259:d3ac:94af:f21:ddb6:6cad:4a26", "342e:1667:3926:3059:f28c:105d:1fb1:7c23", "21fa:c61e:f29d:da9:953f:48f1:a09f:76b5",
        "2196:3c53:658c:da14:95e6:af5:93bd:4cf", "31d0:32e7:bec:d7b0:3898:d190:f9eb:dacc", "2d69:9648:4a23:d596:2217:bead:dbc4:96cb",
        "3244:eccb:1e27:a1c0:8a6a:63ec:24ed:e6a4", "35d2:f752:d0ed:a82f:8f6d:558:4ef8:aa38", "3247:4e6d:94e3:bf91:1a61:dbe2:2e44:158b",
        "231e:26ba:5f55:7203:3018:50c5:a38f:d547", "320f:4e18:1012:f037:b64c:e422:8c38:fb29", "2fe2:a0a4:34b9:b5df:9e77:69b1:f42:5b4",
        "38df:ee3:6d76:b07e:881e:d162:ae2e:b154", "3d8c:d4f0:95e7:61d1:7731:af10:506b:f2ef", "27f3:1c4e:4cbd:87ad:5c90:a958:7403:e430",
        "38f4:5d44:b2f1:4c94:2e05:319a:cb5c:7427", "299b:a40a:930d:6eaf:14f4:733f:3e7d:1bfb", "2afd:c0b9:e009:2c7:7ebf:f206:8673:4721",
        "337c:979f:49b6:4a08:72e6:cc3a:babc:ed20",
    ]

    /// Global by Python, but not to be connected to: multicast, protocol assignments, 6to4, NAT64 of private addresses, unassigned IPv6.
    static let stricter = [
        "192.0.0.254", "192.0.0.255", "192.88.99.0", "192.88.99.1", "192.88.99.254", "192.88.99.255", "224.0.0.0", "224.0.0.1",
        "239.255.255.254", "239.255.255.255", "::2", "::fffe:ffff:ffff", "::1:0:0:0", "64:ff9a:ffff:ffff:ffff:ffff:ffff:ffff",
        "64:ff9b::", "64:ff9b::1", "64:ff9b::ffff:fffe", "64:ff9b::ffff:ffff", "64:ff9b::1:0:0", "64:ff9b:0:ffff:ffff:ffff:ffff:ffff",
        "64:ff9b:1::", "64:ff9b:1::1", "64:ff9b:1:ffff:ffff:ffff:ffff:fffe", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", "64:ff9b:2::",
        "ff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "100:0:0:1::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "4000::", "2002::", "2002::1",
        "2002:ffff:ffff:ffff:ffff:ffff:ffff:fffe", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff::", "3fff::1",
        "3fff:fff:ffff:ffff:ffff:ffff:ffff:fffe", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        "fe00::", "fe7f:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fec0::", "fec0::1", "feff:ffff:ffff:ffff:ffff:ffff:ffff:fffe",
        "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ff00::", "ff00::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "5eff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "5f00::", "5f00::1",
        "5f00:ffff:ffff:ffff:ffff:ffff:ffff:fffe", "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "5f01::", "192.0.0.9", "192.0.0.10",
        "192.0.0.192", "::7f00:1", "::808:808", "::ffff:0:7f00:1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::808:808",
        "2002:808:808::", "2002:7f00:1::", "4000::1", "1fff::1", "232.226.93.148",
    ]

    /// Not global by Python.
    static let closed = [
        "0.0.0.0", "0.0.0.1", "0.255.255.254", "0.255.255.255", "10.0.0.0", "10.0.0.1", "10.255.255.254", "10.255.255.255", "100.64.0.0",
        "100.64.0.1", "100.127.255.254", "100.127.255.255", "127.0.0.0", "127.0.0.1", "127.255.255.254", "127.255.255.255", "169.254.0.0",
        "169.254.0.1", "169.254.255.254", "169.254.255.255", "172.16.0.0", "172.16.0.1", "172.31.255.254", "172.31.255.255", "192.0.0.0",
        "192.0.0.1", "192.0.2.0", "192.0.2.1", "192.0.2.254", "192.0.2.255", "192.168.0.0", "192.168.0.1", "192.168.255.254",
        "192.168.255.255", "198.18.0.0", "198.18.0.1", "198.19.255.254", "198.19.255.255", "198.51.100.0", "198.51.100.1",
        "198.51.100.254", "198.51.100.255", "203.0.113.0", "203.0.113.1", "203.0.113.254", "203.0.113.255", "240.0.0.0", "240.0.0.1",
        "255.255.255.254", "255.255.255.255", "::", "::1", "::ffff:0.0.0.0", "::ffff:0.0.0.1", "::ffff:255.255.255.254",
        "::ffff:255.255.255.255", "100::", "100::1", "100::ffff:ffff:ffff:fffe", "100::ffff:ffff:ffff:ffff", "2001::", "2001::1",
        "2001:1ff:ffff:ffff:ffff:ffff:ffff:fffe", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:0:ffff:ffff:ffff:ffff:ffff:fffe",
        "2001:0:ffff:ffff:ffff:ffff:ffff:ffff", "2001:1::", "2001:db8::", "2001:db8::1", "2001:db8:ffff:ffff:ffff:ffff:ffff:fffe",
        "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "fc00::", "fc00::1", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:fffe",
        "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fe80::", "fe80::1", "febf:ffff:ffff:ffff:ffff:ffff:ffff:fffe",
        "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "169.254.169.254", "100.100.100.200", "fd00:ec2::254", "fe80::a9fe:a9fe",
        "::ffff:10.0.0.1", "::ffff:169.254.169.254", "2001:0:808:808::", "2001:1::1", "2001:3::1", "2001:20::1", "2001:30::1",
        "2001:4:112::1", "2001:1ff:ffff::1", "242.167.77.228",
    ]

    @Test(arguments: open)
    func `a public address may be connected to`(text: String) throws {
        #expect(AddressRules.isPublic(try #require(IPAddress(parsing: text))))
    }

    @Test(arguments: stricter + closed)
    func `an address that is not known to be public is refused`(text: String) throws {
        #expect(!AddressRules.isPublic(try #require(IPAddress(parsing: text))))
    }

    @Test(arguments: stricter + closed)
    func `an IPv4 address is judged the same inside IPv6`(text: String) throws {
        guard case .v4(let value)? = IPAddress(parsing: text) else { return }
        for prefix: UInt128 in [0xFFFF << 32, 0x64_FF9B << 96, 0, 0x2002 << 112 | UInt128(value) << 80] {
            #expect(!AddressRules.isPublic(.v6(prefix | UInt128(value))))
        }
    }
}
