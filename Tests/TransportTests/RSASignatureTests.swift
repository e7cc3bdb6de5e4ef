import Testing

@testable import Transport

/// The keys were made for these tests alone, the signatures by `openssl dgst -sha256 -sign`.
@Suite struct RSASignatureTests {
    @Test func `a signature is the one that openssl makes`() {
        let expected =
            "4cdb7c9de1df8f4550b8efae67805cfd3dff814793c388cf0a4796b95d594b3f6a1b8369d7c808753e51bc89f4822df2"
            + "be9d6b9fbccf45225fe94da4c135f917ceef91c5ef10057f18eacaf35f5465a30cb6edb0521db5831bf0901b91a89f64"
            + "e5e1d97ef923a3426b725c3ef539811fdb6394066728f20fa0f20f9a963a24b8"
        #expect(hexadecimal(RSASignature.sha256(of: Array("a red kite".utf8), key: Array(Self.key.utf8))) == expected)
    }

    @Test func `nothing can be signed, too`() {
        let expected =
            "7315be394c9f55384eacdab2ee795cb75864ea6b1e14ec4d76b187808eca52c48a2993d1cc30c2bd32cd524a2c9a0a58"
            + "d1cfc7b9c941b13a0be2a80d2865e614aec7f5c31a4cbc6586b76c69ac92c2366ebebf7daf74e35a1b0f98fba4d3c164"
            + "70c361188d1e4de5d46995b7f94ec969ebbd939d7e0258724335cdefcad4ce34"
        #expect(hexadecimal(RSASignature.sha256(of: [], key: Array(Self.key.utf8))) == expected)
    }

    @Test func `a text around the key does not matter`() {
        let key = Array("a comment\n\(Self.key)\n\n".utf8)
        #expect(RSASignature.sha256(of: [1], key: key) == RSASignature.sha256(of: [1], key: Array(Self.key.utf8)))
    }

    @Test(arguments: ["", "no key", String(Self.key.prefix(400)), Self.ellipticKey, Self.lockedKey])
    func `what is no RSA key signs nothing`(_ key: String) {
        #expect(RSASignature.sha256(of: [1, 2, 3], key: Array(key.utf8)) == nil)
    }

    private func hexadecimal(_ bytes: [UInt8]?) -> String? {
        bytes?.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static let key = """
        -----BEGIN PRIVATE KEY-----
        MIICeAIBADANBgkqhkiG9w0BAQEFAASCAmIwggJeAgEAAoGBAKsssbsjUrHUpm0a
        sXRqmWaFL3CtS6yXlXp9Vr3FppsnSg6cfrG8rG9gNfME2gfxS27BepLMU1GuZ7+w
        GvVbcK1chMsWYNkF8aRoWxiaQ3pI8Ehal+IXfpHew8no/oWpl7D+FGIBxmOgBO8/
        pFrYGd0kl2q34J0yGaS9kPUCCm3LAgMBAAECgYEAlSa3oxmPR9bEQVM+BvOPwO4S
        PTszMitPG1E1kNw1ZQIiHIMuPg7prY6G07+Jf9w330UFWf5iJ00xp6x6gQpxLaBs
        MS/TtLFJp+etSpf0bFokj/QUQngUwS+Dic5i99KK4N+dS0I6aSOdPGY2f9NPTe2N
        N06BBnDV6yyUo/RJQaECQQDerH0u/uF6DG6IioyrVpe/iQwviWBpIdWLxIGYeizh
        dicX51tzFaG2+EwJkOwXToOoNP8zCQu/NIZgTQ3fjZ8bAkEAxMsRXsYMBS0SU8rs
        e19J9xxjDhmnO8EN6b4nB1+04Krq2+wuFfvGGhCBm/8myMu9DsnkXhpta3g2uh4K
        ss1nEQJBANk9qzvoSo5KBqSLl0Wpy45/5DWUb0ziR3Z+lnjt6U9leCpn+t5CYm0h
        vP0wOEVcwjGe0sM1thIq6laVlk1d27UCQHHTj0mFPiCkUEx9PEmj9TFkjvrx5aQP
        Z0/C9+ow9ntZAR2Rv5phldUvpPgpHjLYfZMXPescWBvoXadLhx6i5jECQQCdDnp3
        HWrEdAdriKwb6zcLQzuRSBZRdXkPnsN1UedY3ERXSsDDoNF9G5LaYxsZYdzRaijm
        YvwNRb5vE5mQB5On
        -----END PRIVATE KEY-----
        """

    private static let ellipticKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg8vEgiyDIPNf8IEAn
        +z85Ognu4TuSMTtV8otX2cCJIJ2hRANCAAQ9sveTKNI9tO9Yd+ZKT/84V8kmzFnA
        +7sxlqKu/dncfJC2sxd5ve2+e0odQ3+iTZGJhPiUKzhgUzftbgWzlFYO
        -----END PRIVATE KEY-----
        """

    /// With a password, which nobody is asked for.
    private static let lockedKey = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIIC3TBXBgkqhkiG9w0BBQ0wSjApBgkqhkiG9w0BBQwwHAQIYDtNiL/bnCQCAggA
        MAwGCCqGSIb3DQIJBQAwHQYJYIZIAWUDBAECBBDI5MNnnNVHBkiJmYQQ29KdBIIC
        gISqUtMynqmBKB5DKhSjcv/P+4s7xWCkh99SsYSq/R3lvZsB1Z3N5UdwtbP1DqfJ
        6o3bCbDuP3B7Rmh4a+u1MF89esUeXB5lhDFfzFmwewzkk2sPgDDZFB4An2oqAbxE
        prpE8674munVbAmWJe9gb1GElxa8lsn4+aQeifqxUx58jOooSWbJF2yglXDkG5hZ
        oTyPrK+ip5lK5A7m2MQVqtKFO6/SW/fn4NqmClkqEbS3p7VGqioIEKZk2K/DSLwX
        Rq5Run8py8bDQTAdjDWx2vVJ/KRrxeYpj4MRG2qXwRA1b8PueI4G6G+/FhF1tFS6
        0QQO17fxJVcXEmQTLn5rF6OOdKiQs+M2ivWq97dM4uz+BT81Q2kVQuV4/Cfc337w
        aaGOC7blM/N6ZKlOD7LMtDVbLhlt5do/57DRgPIIic/NnNEFBrEk6CYHTun09zKj
        K0cam0IE6r7dHahz2xF2UZY1PYdsSJlZi777K7UoaC5TFbNmGOpRzVvgBfarB830
        pN7ljaxIlGEWT45UViFK/PpQh2LCU3cb/4PuH6gb0Inc7OBplhJSGce6akrEUpRb
        wIMW4a/iR6cdI5KnnaBF6/hCnKD1zTnpeZgbX6Y/yCvWBrLzeOMFM6x4K7KEMkR4
        3AIbmtG+PSclHtkJMfxM75fuvuG3uGJpbEhqMcCxnYkA4eaQtGd+gCvwzmxh1f0L
        hBx3tgtQDPcU1kfAi2c2wSeouJZqBavgADuuShwmzt957od2eoPYhAnnVPLk/jaM
        plguwYW7Ua8ccuvAje4/SEhFWcRhStlXxlp9bn+ctYaSXA5N2mAkCkXJ9daVGYr/
        BBE3WI4ikqh/DpNRJH55Gk0=
        -----END ENCRYPTED PRIVATE KEY-----
        """
}
