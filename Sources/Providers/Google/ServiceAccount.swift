import HTTP
import Media
import Transport

/// A service account's key file, and the exchange of a token that it signs for one that requests carry.
///
/// https://developers.google.com/identity/protocols/oauth2/service-account
struct ServiceAccount: Sendable {
    private let email: String
    private let keyID: String?
    private let key: Secret
    private let tokenURL: HTTPURL

    /// - Parameters:
    ///   - document: the JSON file as Google gives it out.
    ///   - allowsPlainHTTP: tokens may be asked for by http, on this machine alone.
    init(_ document: [UInt8], allowsPlainHTTP: Bool) throws(ConfigurationError) {
        guard let json = try? JSONValue(parsing: document) else { throw Self.mistake("is no JSON file") }
        guard let email = json["client_email"]?.filled, let key = json["private_key"]?.filled else {
            throw Self.mistake("is no service account's key file: it has no client_email and private_key")
        }
        guard RSASignature.sha256(of: [], key: Array(key.utf8)) != nil else { throw Self.mistake("holds no RSA private key") }
        self.email = email
        self.key = Secret(key)
        keyID = json["private_key_id"]?.filled
        tokenURL = try Self.tokenURL(json["token_uri"]?.filled, allowsPlainHTTP: allowsPlainHTTP)
    }

    /// Asks for a token with a signed assertion that is good for an hour.
    /// - Parameter now: seconds since 1970.
    func tokenRequest(now: Int) throws(UpstreamError) -> UpstreamRequest {
        var header: JSONObject = ["alg": "RS256", "typ": "JWT"]
        header["kid"] = keyID.map { .string($0) }
        let claims: JSONObject = [
            "iss": .string(email), "scope": "https://www.googleapis.com/auth/cloud-platform", "aud": .string(tokenURL.description),
            "iat": .integer(now), "exp": .integer(now + 3600),
        ]
        let pem = Array(key.value.utf8)
        let assertion = try JSONWebToken.signed(header: header, claims: claims) { bytes throws(UpstreamError) in
            guard let signature = RSASignature.sha256(of: bytes, key: pem) else {
                throw UpstreamError(.keyRefused, .notSent, message: "the service account's key cannot sign")
            }
            return signature
        }
        let form = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=\(assertion)"
        var fields = HTTPFields()
        fields.set(.accept, "application/json")
        return UpstreamRequest(.post, tokenURL, fields: fields, body: .bytes(Array(form.utf8), type: "application/x-www-form-urlencoded"))
    }

    /// The token in the answer. Where there is none nothing was bought, and the caller has no part in it.
    static func token(from response: UpstreamResponse) throws(UpstreamError) -> AccessToken {
        let status = response.status.code
        guard response.status.isSuccess else {
            let kind: UpstreamError.Kind = status == 429 ? .rateLimited : status >= 500 || status == 408 ? .serverFault : .keyRefused
            throw UpstreamError(kind, status: status, message: "the service account got no token (\(status))")
        }
        guard let json = try? response.json(), let token = json["access_token"]?.filled,
            token.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw UpstreamError(.serverFault, status: status, message: "the answer to the service account holds no token")
        }
        return AccessToken(value: Secret(token), lifetime: .seconds(min(max(json["expires_in"]?.int ?? 3600, 1), 86_400)))
    }

    private static func tokenURL(_ text: String?, allowsPlainHTTP: Bool) throws(ConfigurationError) -> HTTPURL {
        guard let url = try? HTTPURL(parsing: text ?? "https://oauth2.googleapis.com/token") else {
            throw mistake("has a token_uri that is no http(s) URL")
        }
        let isHere = url.host == "localhost" || url.host == "::1" || (url.address != nil && url.host.hasPrefix("127."))
        guard url.scheme == .https || (allowsPlainHTTP && isHere) else { throw mistake("has a token_uri that is not https") }
        return url
    }

    private static func mistake(_ message: String) -> ConfigurationError {
        ConfigurationError(key: "credentials", message)
    }
}
