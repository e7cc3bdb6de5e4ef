import HTTP
import Media
import Testing

@testable import Gateway

@Suite struct WebhookSignatureTests {
    /// Made with the reference library for Python, 1.1.0.
    @Test(arguments: [
        (
            "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "evt_1", 1_700_000_000,
            #"{"id":"evt_1","object":"event","type":"video.completed"}"#, "v1,iHdyAuXtX8jY3ARh4Sx1EsX08BlF143EBah+KZMpKyE="
        ),
        ("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX", "evt_2", 1, "", "v1,em3/NdcCpAT7iZDnzSZj8U/RsFovZ1h5vuwNoyDzy3E="),
        (
            "whsec_/////////////////////////////////////////////////////////////////////////////////////w==", "evt_ü", 4_102_444_800,
            #"{"text":"größer 🎬"}"#, "v1,DNcFiZacx3wYBbFQRTGBHNxMKjBXbuto3Yft2fGPAi4="
        ),
    ])
    func `a signature is the one that receivers compute`(secret: String, id: String, time: Int, body: String, signature: String) {
        let fields = WebhookSignature.fields(id: id, timestamp: time, body: Array(body.utf8), secret: Secret(secret))
        #expect(fields == ["webhook-id": id, "webhook-timestamp": String(time), "webhook-signature": signature])
    }

    @Test(arguments: ["", "AAECAwQFBgcICQoLDA0ODw==", "whsec_AAECAwQFBgcICQoLDA0ODw=", "whsec_not base64"])
    func `without a whole secret nothing is signed`(secret: String) {
        #expect(WebhookSignature.fields(id: "a", timestamp: 1, body: [], secret: Secret(secret)) == nil)
    }

    @Test func `each key has its own secret, and the environment's is for callers without one`() {
        let keys = [
            KeySettings(name: "alice", digest: [1], webhookSecret: Secret("whsec_a")), KeySettings(name: "bob", digest: [2]),
            KeySettings(name: "environment", digest: [3]),
        ]
        let secrets = WebhookSecrets(keys: keys, environment: Secret("whsec_e"))
        let told = ["alice", "bob", "environment", "anonymous", "mallory"].map { secrets.secret(of: $0)?.value }
        #expect(told == ["whsec_a", nil, "whsec_e", "whsec_e", nil])
        #expect(WebhookSecrets(keys: keys, environment: nil).secret(of: "anonymous") == nil)
    }
}
