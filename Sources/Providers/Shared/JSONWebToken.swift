import HTTP
package import Media

/// A signed JSON Web Token in its compact form (RFC 7515 §3.1).
package enum JSONWebToken {
    /// Header, claims and signature in URL-safe base64, with points between them.
    /// - Parameter sign: the signature of the bytes, by the algorithm that the header names.
    package static func signed<Failure: Error>(
        header: JSONObject, claims: JSONObject, by sign: ([UInt8]) throws(Failure) -> [UInt8]
    ) throws(Failure) -> String {
        let content = encoded(header.serialized()) + "." + encoded(claims.serialized())
        return content + "." + encoded(try sign(Array(content.utf8)))
    }

    /// URL-safe base64 without padding (RFC 4648 §5).
    private static func encoded(_ bytes: [UInt8]) -> String {
        let characters = Base64.encodedBytes(bytes[...]).filter { $0 != UInt8(ascii: "=") }.map { byte in
            switch byte {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            case _: byte
            }
        }
        return String(decoding: characters, as: UTF8.self)
    }
}
