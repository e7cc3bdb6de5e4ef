import CShims

/// SHA-256 by OpenSSL.
package enum SHA256 {
    /// 32 bytes.
    package static func digest(of bytes: [UInt8]) -> [UInt8] { digest(of: bytes.span) }

    /// 32 bytes.
    package static func digest(of bytes: Span<UInt8>) -> [UInt8] {
        var digest: [UInt8] = []
        digest.append(addingCapacity: 32) { $0.append(repeating: 0, count: 32) }
        let result = bytes.withUnsafeBytes { zoe_sha256($0.baseAddress, $0.count, &digest) }
        precondition(result == 1, "SHA-256 failed")
        return digest
    }
}

/// HMAC with SHA-256 (RFC 2104) by OpenSSL.
package enum HMACSHA256 {
    /// 32 bytes.
    package static func code(of bytes: [UInt8], key: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 32) { code, count in
            let result = zoe_hmac_sha256(key, key.count, bytes, bytes.count, code.baseAddress)
            precondition(result == 1, "HMAC failed")
            count = 32
        }
    }
}

/// Bytes from the kernel's random generator.
package func randomBytes(_ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let result = zoe_random(&bytes, count)
    precondition(result == 1, "getrandom failed")
    return bytes
}

/// Compares in a time that depends on the lengths alone.
package func equalInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    var difference: UInt8 = 0
    for index in left.indices { difference |= left[index] ^ right[index] }
    return difference == 0
}
