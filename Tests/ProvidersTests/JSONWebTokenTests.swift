import Media
import Providers
import Testing
import Transport

@Suite struct `JSON Web Tokens` {
    @Test func `header, claims and signature are URL-safe base64 without padding`() {
        let token = JSONWebToken.signed(
            header: ["alg": "HS256", "typ": "JWT"], claims: ["sub": "1234567890", "name": "John Doe", "iat": 1_516_239_022]
        ) { HMACSHA256.code(of: $0, key: Array("your-256-bit-secret".utf8)) }
        #expect(
            token == "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"
                + ".eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ"
                + ".SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c")
    }

    @Test func `where nothing is signed there is no token`() {
        #expect(throws: Unsigned.self) {
            _ = try JSONWebToken.signed(header: [:], claims: [:]) { _ throws(Unsigned) in throw Unsigned() }
        }
    }

    private struct Unsigned: Error {}
}
