import HTTP
import Media
import Testing

@testable import Providers

/// Against Amazon's published examples, and against what its own SDK computes.
@Suite struct `AWS signatures` {
    private static let pair = AWSSignature.Credentials(
        accessKeyID: Secret("AKIDEXAMPLE"), secretAccessKey: Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"))
    /// 2015-08-30 12:36:00.
    private static let now = 1_440_938_160

    @Test(arguments: [
        (HTTPMethod.get, "/", String?.none, "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        (.get, "/?Param2=value2&Param1=value1", nil, "", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
        (
            .post, "/", "application/x-www-form-urlencoded", "Param1=value1",
            "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"
        ),
    ])
    func `requests of the published suite`(
        _ method: HTTPMethod, _ target: String, _ contentType: String?, _ body: String, _ signature: String
    ) throws {
        let signer = AWSSignature(Self.pair, region: "us-east-1", service: "service")
        let url = try HTTPURL(parsing: "https://example.amazonaws.com\(target)")
        let fields = signer.fields(method, url, contentType: contentType, body: Array(body.utf8), now: Self.now)
        let names = contentType == nil ? "host;x-amz-date" : "content-type;host;x-amz-date"
        let scope = "AKIDEXAMPLE/20150830/us-east-1/service/aws4_request"
        #expect(fields["x-amz-date"] == "20150830T123600Z")
        #expect(
            fields[.authorization] == "AWS4-HMAC-SHA256 Credential=\(scope), SignedHeaders=\(names), Signature=\(signature)")
        #expect(fields.count == 2)
    }

    @Test(arguments: [
        ("amazon.nova-canvas-v1:0", String?.none, "1ffa0761c1155100303fc647d9e1f63b11c4cbe4cda8f55afd96d02305929237"),
        ("amazon.nova-canvas-v1:0", "token-1", "b3563984f7391d9a4880c9b917d1a8356ffb4b59a7511021d653a22d5d092bd9"),
        (
            "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.stability.x-v1:0", nil,
            "31ef164bc65c9147c0f2c01d43080094b745545058687001c448ade8e6a775fc"
        ),
        (
            "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.stability.x-v1:0", "token-1",
            "7417802eeb1167a66b0fb324bc7c1d1c1f43efe1ea934ca12449ace0b3730ae6"
        ),
    ])
    func `escapes of a path are escaped once more`(_ model: String, _ token: String?, _ signature: String) throws {
        var pair = Self.pair
        pair.sessionToken = token.map(Secret.init)
        let url = try HTTPURL(parsing: "https://bedrock-runtime.us-east-1.amazonaws.com/model").appending(segment: model)
            .appending(path: "invoke")
        let fields = AWSSignature(pair, region: "us-east-1", service: "bedrock")
            .fields(.post, url, contentType: "application/json", body: Array(#"{"a":1}"#.utf8), now: Self.now)
        #expect(fields[.authorization]?.hasSuffix("Signature=\(signature)") == true)
        #expect(fields["x-amz-security-token"] == token)
    }

    @Test func `the address of the S3 documentation`() throws {
        let signer = AWSSignature(
            AWSSignature.Credentials(
                accessKeyID: Secret("AKIAIOSFODNN7EXAMPLE"), secretAccessKey: Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")),
            region: "us-east-1", service: "s3")
        let url = try HTTPURL(parsing: "https://examplebucket.s3.amazonaws.com/test.txt")
        let signed = signer.presigned(url, lifetime: .seconds(86_400), now: 1_369_353_600)
        let credential = "AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
        #expect(
            signed.query == "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=\(credential)&X-Amz-Date=20130524T000000Z"
                + "&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
                + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404")
    }

    @Test func `an address with a token and a path of odd letters`() throws {
        let pair = AWSSignature.Credentials(
            accessKeyID: Secret("AKIAIOSFODNN7EXAMPLE"), secretAccessKey: Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
            sessionToken: Secret("tok/en+1="))
        let url = try #require(S3Location(parsing: "s3://my.bucket/a b/ü:/output.mp4")?.url(region: "eu-west-1"))
        #expect(url.path == "/my.bucket/a%20b/%C3%BC%3A/output.mp4")
        let signed = AWSSignature(pair, region: "eu-west-1", service: "s3").presigned(url, lifetime: .seconds(3600), now: 1_369_353_600)
        #expect(signed.query?.contains("&X-Amz-Security-Token=tok%2Fen%2B1%3D&") == true)
        #expect(signed.query?.hasSuffix("X-Amz-Signature=96621d50531154d1759d5b9c5d6419e2990618f2b5b92e24d30c6b5ae9e5e783") == true)
    }
}
