package import HTTP
package import Media
import Transport

/// Signature Version 4 of Amazon Web Services: for requests, and for addresses that carry their permission themselves.
///
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
package struct AWSSignature: Sendable {
    private let credentials: Credentials
    private let region: String
    private let service: String

    /// A key pair of an account.
    package struct Credentials: Sendable {
        package var accessKeyID: Secret
        package var secretAccessKey: Secret
        /// Of keys that expire.
        package var sessionToken: Secret?

        package init(accessKeyID: Secret, secretAccessKey: Secret, sessionToken: Secret? = nil) {
            self.accessKeyID = accessKeyID
            self.secretAccessKey = secretAccessKey
            self.sessionToken = sessionToken
        }
    }

    /// - Parameter service: the name that the service signs by: `bedrock`, `s3`.
    package init(_ credentials: Credentials, region: String, service: String) {
        self.credentials = credentials
        self.region = region
        self.service = service
    }

    /// The fields that a signed request has beside its own. Of services other than S3: their paths are escaped once more.
    /// - Parameters:
    ///   - contentType: as it is sent; nil where there is no body.
    ///   - now: seconds since 1970.
    package func fields(_ method: HTTPMethod, _ url: HTTPURL, contentType: String?, body: [UInt8], now: Int) -> HTTPFields {
        let date = Date(now)
        var signed = [("host", url.authority), ("x-amz-date", date.time)]
        if let contentType { signed.append(("content-type", contentType)) }
        if let token = credentials.sessionToken { signed.append(("x-amz-security-token", token.value)) }
        signed.sort { $0.0 < $1.0 }
        let names = signed.map(\.0).joined(separator: ";")
        let request = [
            method.rawValue, Self.escaped(path: url.path), Self.sorted(query: url.query), signed.map { "\($0.0):\($0.1)\n" }.joined(),
            names,
            hexadecimal(SHA256.digest(of: body)),
        ].joined(separator: "\n")
        var fields: HTTPFields = ["x-amz-date": date.time]
        if let token = credentials.sessionToken { fields.append("x-amz-security-token", token.value) }
        fields.append(
            .authorization,
            "AWS4-HMAC-SHA256 Credential=\(credential(date)), SignedHeaders=\(names), Signature=\(signature(of: request, date))")
        return fields
    }

    /// An address of S3 that anybody may GET for a while.
    /// - Parameters:
    ///   - lifetime: at most a week.
    ///   - now: seconds since 1970.
    package func presigned(_ url: HTTPURL, lifetime: Duration, now: Int) -> HTTPURL {
        let date = Date(now)
        var items = [
            (name: "X-Amz-Algorithm", value: "AWS4-HMAC-SHA256"), (name: "X-Amz-Credential", value: credential(date)),
            (name: "X-Amz-Date", value: date.time), (name: "X-Amz-Expires", value: String(lifetime.components.seconds)),
            (name: "X-Amz-SignedHeaders", value: "host"),
        ]
        if let token = credentials.sessionToken { items.append((name: "X-Amz-Security-Token", value: token.value)) }
        let url = url.appending(queryItems: items)
        let request = ["GET", url.path, Self.sorted(query: url.query), "host:\(url.authority)\n", "host", "UNSIGNED-PAYLOAD"]
        return url.appending(queryItems: [(name: "X-Amz-Signature", value: signature(of: request.joined(separator: "\n"), date))])
    }
}

extension AWSSignature {
    private func scope(_ date: Date) -> String { "\(date.day)/\(region)/\(service)/aws4_request" }

    private func credential(_ date: Date) -> String { "\(credentials.accessKeyID.value)/\(scope(date))" }

    private func signature(of canonicalRequest: String, _ date: Date) -> String {
        let digest = hexadecimal(SHA256.digest(of: Array(canonicalRequest.utf8)))
        let text = "AWS4-HMAC-SHA256\n\(date.time)\n\(scope(date))\n\(digest)"
        var key = Array("AWS4\(credentials.secretAccessKey.value)".utf8)
        for part in [date.day, region, service, "aws4_request"] { key = HMACSHA256.code(of: Array(part.utf8), key: key) }
        return hexadecimal(HMACSHA256.code(of: Array(text.utf8), key: key))
    }

    /// Everything but unreserved characters and slashes, and so the percent signs of a path that is escaped already.
    private static func escaped(path: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var text: [UInt8] = []
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "/"):
                text.append(byte)
            case _: text += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func sorted(query: String?) -> String {
        let items = (query ?? "").split(separator: "&").map { item in
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (name: String(parts[0]), value: parts.count > 1 ? String(parts[1]) : "")
        }
        return items.sorted { ($0.name, $0.value) < ($1.name, $1.value) }.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
    }

    /// The time of a signature in its two spellings.
    private struct Date {
        /// `20260921`.
        let day: String
        /// `20260921T141320Z`.
        let time: String

        init(_ secondsSince1970: Int) {
            let second = secondsSince1970 % 86_400
            let date = CivilDay.date(daysSince1970: secondsSince1970 / 86_400)
            day = "\(date.year)\(Self.padded(date.month))\(Self.padded(date.day))"
            time = "\(day)T\(Self.padded(second / 3600))\(Self.padded(second / 60 % 60))\(Self.padded(second % 60))Z"
        }

        private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
    }
}
