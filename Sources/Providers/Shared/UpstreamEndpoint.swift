package import HTTP
package import Media

/// Where a provider's requests go, and what all of them carry.
package struct UpstreamEndpoint: Sendable {
    package let baseURL: HTTPURL
    package let ownOrigin: OwnOrigin
    /// What must never appear in a message: the key and the operator's header values.
    package let secrets: [String]
    private let fields: HTTPFields
    /// With the wish for JSON.
    private let jsonFields: HTTPFields
    /// With the wish for events.
    private let streamFields: HTTPFields
    /// Put together once: every request needs one of them.
    private let usualURLs: [(path: String, url: HTTPURL)]

    private static let usualPaths = ["images/generations", "images/edits", "images/variations", "videos", "videos/generations"]

    /// - Parameters:
    ///   - service: the provider's own base URL, for which a key is required.
    ///   - siblings: further base URLs of the service; not ours to talk to when the operator names another base.
    ///   - hosts: patterns such as `api.*.bfl.ai` of hosts that are the service, too, as poll addresses name them.
    ///   - authentication: where the key goes.
    ///   - fields: what this provider's requests carry beside the key; the operator's headers win.
    package init(
        _ settings: ProviderSettings, service: String, siblings: [String] = [], hosts: [String] = [],
        authentication: Authentication = .bearer, fields extra: HTTPFields = HTTPFields()
    ) throws(ConfigurationError) {
        let own = try Self.url(service)
        let baseURL = settings.baseURL ?? own
        self.baseURL = baseURL
        usualURLs = Self.usualPaths.map { ($0, baseURL.appending(path: $0)) }
        let isService = baseURL.origin == own.origin
        ownOrigin = OwnOrigin(of: baseURL, siblings: isService ? try Self.urls(siblings) : [], hosts: isService ? hosts : [])
        let fields = Self.fields(settings, authentication, extra)
        self.fields = fields
        jsonFields = fields.accepting("application/json")
        streamFields = fields.accepting("text/event-stream, application/json")
        secrets = ([settings.apiKey?.value].compactMap(\.self) + settings.secrets.values.map(\.value) + settings.headers.map(\.value))
            .filter { $0.utf8.count >= 6 }
        guard let key = settings.apiKey?.value else {
            if isService, authentication != .elsewhere { throw ConfigurationError(key: "api_key", "is required for \(own.host)") }
            return
        }
        guard !key.isEmpty, key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw ConfigurationError(key: "api_key", "is empty or holds a space or control character")
        }
    }

    /// What may be sent to an address: the key and all else on the provider's own origin, nothing elsewhere.
    package func credentials(for url: HTTPURL) -> HTTPFields {
        ownOrigin.carriesCredentials(to: url) ? fields : HTTPFields()
    }

    /// An address that an answer names, absolute or relative, where it is the provider's own; nil for every other: it is not asked.
    package func ownURL(_ text: String?) -> HTTPURL? {
        guard let text, let url = try? baseURL.resolving(text), ownOrigin.carriesCredentials(to: url) else { return nil }
        return url
    }

    /// A POST below the base URL.
    package func post(_ path: String, _ body: UpstreamBody, streams: Bool = false) -> UpstreamRequest {
        UpstreamRequest(.post, url(path), fields: streams ? streamFields : jsonFields, body: body, streams: streams)
    }

    private func url(_ path: String) -> HTTPURL {
        for usual in usualURLs where usual.path == path { return usual.url }
        return baseURL.appending(path: path)
    }

    /// A GET below the base URL.
    package func get(_ path: String) -> UpstreamRequest {
        get(baseURL.appending(path: path))
    }

    /// A PUT to an address, with the key only on the provider's own origin.
    package func put(_ url: HTTPURL, _ body: UpstreamBody = .none) -> UpstreamRequest {
        request(.put, url, body)
    }

    /// A POST to an address, with the key only on the provider's own origin.
    package func post(_ url: HTTPURL, _ body: UpstreamBody) -> UpstreamRequest {
        request(.post, url, body)
    }

    /// A GET of an address, with the key only on the provider's own origin.
    package func get(_ url: HTTPURL) -> UpstreamRequest {
        request(.get, url)
    }

    /// A DELETE of an address, with the key only on the provider's own origin.
    package func delete(_ url: HTTPURL) -> UpstreamRequest {
        request(.delete, url)
    }

    private func request(_ method: HTTPMethod, _ url: HTTPURL, _ body: UpstreamBody = .none) -> UpstreamRequest {
        UpstreamRequest(method, url, fields: credentials(for: url).accepting("application/json"), body: body)
    }

    /// Where a provider wants its key.
    package enum Authentication: Sendable, Hashable {
        /// `Authorization: Bearer KEY`.
        case bearer
        /// In a field, behind a prefix.
        case field(String, prefix: String = "")
        /// Not as it is: signed, exchanged for a token, or not needed at all.
        case elsewhere
    }

    private static func fields(_ settings: ProviderSettings, _ authentication: Authentication, _ extra: HTTPFields) -> HTTPFields {
        var fields = extra
        if let key = settings.apiKey?.value {
            switch authentication {
            case .bearer: fields.set(.authorization, "Bearer \(key)")
            case .field(let name, let prefix): fields.set(HTTPFieldName(name), prefix + key)
            case .elsewhere: break
            }
        }
        for (name, value) in settings.headers { fields.set(HTTPFieldName(name), value) }
        return fields
    }

    private static func url(_ text: String) throws(ConfigurationError) -> HTTPURL {
        do { return try HTTPURL(parsing: text) } catch { throw ConfigurationError(key: "base_url", error.message) }
    }

    private static func urls(_ texts: [String]) throws(ConfigurationError) -> [HTTPURL] {
        var urls: [HTTPURL] = []
        for text in texts { urls.append(try url(text)) }
        return urls
    }
}

extension HTTPFields {
    /// With a wish for the answer's form; the operator's own stays.
    fileprivate func accepting(_ types: String) -> HTTPFields {
        guard !contains(.accept) else { return self }
        var fields = self
        fields.set(.accept, types)
        return fields
    }
}
