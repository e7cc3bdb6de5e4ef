import HTTP
import Media

/// Which region is asked, who signs the requests, and where videos are put.
struct BedrockAccess: Sendable {
    let region: String
    /// Where Bedrock writes what it makes as a job.
    let output: S3Location?
    private let credentials: AWSSignature.Credentials?
    /// A Bedrock key is there: requests carry it and need no signature.
    private let hasKey: Bool

    /// For a video to be fetched; jobs keep nothing of it.
    private static let lifetime = Duration.seconds(3600)

    /// - Throws: what is wrong with region, key pair or output.
    init(_ settings: ProviderSettings) throws(ConfigurationError) {
        region = try Self.region(settings)
        hasKey = settings.apiKey != nil
        credentials = try Self.credentials(settings)
        guard let text = settings.options["output"] else {
            output = nil
            return
        }
        guard let location = S3Location(parsing: text) else {
            throw ConfigurationError(key: "output", "is no s3://bucket/prefix")
        }
        output = location
    }

    /// A key or a key pair is there.
    var isComplete: Bool { hasKey || credentials != nil }

    /// Videos can be ordered and fetched: the Bedrock key alone opens no bucket.
    var makesVideos: Bool { output != nil && credentials != nil }

    /// `us-east-1` where none is written.
    /// - Throws: where it is no name of a region.
    static func region(_ settings: ProviderSettings) throws(ConfigurationError) -> String {
        let region = settings.options["region"] ?? "us-east-1"
        guard (1...40).contains(region.utf8.count), region.utf8.allSatisfy(isNameByte) else {
            throw ConfigurationError(key: "region", "is no name of a region such as us-east-1")
        }
        return region
    }

    /// `amazonaws.com`, and China's own.
    static func domain(of region: String) -> String { region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com" }

    /// The request with its signature, where no key does.
    func signed(_ request: UpstreamRequest, now: Int) -> UpstreamRequest {
        guard !hasKey, let credentials else { return request }
        var body: [UInt8] = []
        var contentType: String?
        if case .bytes(let bytes, let type) = request.body { (body, contentType) = (bytes, type) }
        let signature = AWSSignature(credentials, region: region, service: "bedrock")
        let fields = signature.fields(request.method, request.url, contentType: contentType, body: body, now: now)
        var request = request
        request.fields.append(contentsOf: fields)
        return request
    }

    /// An address that a file can be fetched from without a key; nil where no key pair is there.
    func address(of file: S3Location, now: Int) -> HTTPURL? {
        guard let credentials, let url = file.url(region: region) else { return nil }
        return AWSSignature(credentials, region: region, service: "s3").presigned(url, lifetime: Self.lifetime, now: now)
    }

    private static func credentials(_ settings: ProviderSettings) throws(ConfigurationError) -> AWSSignature.Credentials? {
        switch (settings.secrets["access_key_id"], settings.secrets["secret_access_key"]) {
        case (let id?, let secret?):
            guard (id.value + secret.value).utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                throw ConfigurationError(key: "access_key_id", "or secret_access_key holds a space or control character")
            }
            return AWSSignature.Credentials(accessKeyID: id, secretAccessKey: secret, sessionToken: settings.secrets["session_token"])
        case (nil, nil): return nil
        case (_?, nil): throw ConfigurationError(key: "secret_access_key", "is required with access_key_id")
        case (nil, _?): throw ConfigurationError(key: "access_key_id", "is required with secret_access_key")
        }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
        case _: false
        }
    }
}
