import CShims

extension SHA256 {
    /// A digest of bytes that come piece by piece.
    package struct Incremental: ~Copyable {
        private let stream: UnsafeMutableRawPointer

        package init() {
            guard let stream = zoe_sha256_begin() else { preconditionFailure("SHA-256 failed") }
            self.stream = stream
        }

        deinit { zoe_sha256_end(stream) }

        /// Takes the next bytes.
        package mutating func update(_ bytes: Span<UInt8>) {
            let result = bytes.withUnsafeBytes { zoe_sha256_update(stream, $0.baseAddress, $0.count) }
            precondition(result == 1, "SHA-256 failed")
        }

        /// 32 bytes.
        package consuming func finish() -> [UInt8] {
            [UInt8](unsafeUninitializedCapacity: 32) { digest, count in
                let result = zoe_sha256_finish(stream, digest.baseAddress)
                precondition(result == 1, "SHA-256 failed")
                count = 32
            }
        }
    }
}
