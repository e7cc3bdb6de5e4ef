import HTTP

/// A place in a bucket: `s3://bucket/prefix`.
struct S3Location: Sendable, Hashable {
    let bucket: String
    /// Without slashes at its ends; empty: the bucket's root.
    let key: String

    /// nil for what is no such address, or names a bucket that cannot be.
    init?(parsing text: String) {
        guard text.hasPrefix("s3://") else { return nil }
        let parts = text.dropFirst(5).split(separator: "/", omittingEmptySubsequences: true)
        guard let bucket = parts.first, (3...63).contains(bucket.utf8.count), bucket.utf8.allSatisfy(Self.isBucketByte),
            !parts.dropFirst().contains(where: { $0 == "." || $0 == ".." })
        else { return nil }
        self.bucket = String(bucket)
        key = parts.dropFirst().joined(separator: "/")
    }

    /// `s3://bucket/prefix`.
    var description: String { key.isEmpty ? "s3://\(bucket)" : "s3://\(bucket)/\(key)" }

    /// A place below; nil for a name that is no place of its own.
    func appending(_ name: String) -> S3Location? {
        name.contains("/") || name.isEmpty ? nil : S3Location(parsing: "\(description)/\(name)")
    }

    /// Where S3 answers for it. A bucket with a dot has no host of its own: certificates do not cover one.
    func url(region: String) -> HTTPURL? {
        let service = "s3.\(region).\(BedrockAccess.domain(of: region))"
        let hasOwnHost = !bucket.contains(".")
        guard var url = try? HTTPURL(parsing: hasOwnHost ? "https://\(bucket).\(service)" : "https://\(service)") else { return nil }
        if !hasOwnHost { url = url.appending(segment: bucket) }
        for segment in key.split(separator: "/") { url = url.appending(segment: String(segment)) }
        return url
    }

    private static func isBucketByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."): true
        case _: false
        }
    }
}
