import CShims

/// Signatures with an RSA key by OpenSSL (RFC 8017 §8.2).
package enum RSASignature {
    /// RSASSA-PKCS1-v1_5 with SHA-256, which JSON Web Tokens call RS256.
    /// - Parameter pem: the private key without a password, as PKCS#8 or PKCS#1 in PEM.
    /// - Returns: as many bytes as the key's modulus has; nil where the key is no RSA key or cannot be read.
    package static func sha256(of bytes: [UInt8], key pem: [UInt8]) -> [UInt8]? {
        var count = maximumSize
        var isSigned = false
        let signature = [UInt8](unsafeUninitializedCapacity: maximumSize) { buffer, filled in
            isSigned = zoe_rsa_sha256_sign(pem, pem.count, bytes, bytes.count, buffer.baseAddress, &count) == 1
            filled = isSigned ? count : 0
        }
        return isSigned ? signature : nil
    }

    /// Bytes; of a key with 16384 bits, the longest that OpenSSL works with.
    private static let maximumSize = 2048
}
