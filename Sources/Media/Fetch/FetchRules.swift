package import HTTP

/// Where a URL named by a client or by an upstream's answer may lead. Decides, connects to nothing.
package struct FetchRules: Sendable {
    package var allowList: FetchAllowList
    /// Ports open to everybody's URLs.
    package var ports: Set<Int>
    /// Addresses that are refused though public: our own listeners, databases and stores.
    package var ownAddresses: Set<IPAddress>
    /// Bytes of a client's URL.
    package var maximumURLLength: Int
    /// Bytes of what a client's URL leads to.
    package var maximumBytes: Int
    /// Bytes of a result. It is paid for, and may be a long video: the disk is its bound, and this a guard against a server without an end.
    package var maximumResultBytes: Int
    package var maximumRedirects: Int
    /// For one name.
    package var resolveTimeout: Duration
    /// For a client's URL, redirects included.
    package var timeout: Duration
    /// The same for a result.
    package var resultTimeout: Duration

    package init(
        allowList: FetchAllowList = FetchAllowList(), ports: Set<Int> = [80, 443], ownAddresses: Set<IPAddress> = [],
        maximumURLLength: Int = 2048, maximumBytes: Int = 50 << 20, maximumRedirects: Int = 3, resolveTimeout: Duration = .seconds(5),
        timeout: Duration = .seconds(30), maximumResultBytes: Int = 2 << 30, resultTimeout: Duration = .seconds(600)
    ) {
        self.allowList = allowList
        self.ports = ports
        self.ownAddresses = ownAddresses
        self.maximumURLLength = maximumURLLength
        self.maximumBytes = maximumBytes
        self.maximumRedirects = maximumRedirects
        self.resolveTimeout = resolveTimeout
        self.timeout = timeout
        self.maximumResultBytes = maximumResultBytes
        self.resultTimeout = resultTimeout
    }

    /// What can be said before any name is resolved.
    package func check(url text: String) -> Result<HTTPURL, FetchRefusal> {
        guard text.utf8.count <= maximumURLLength else { return .failure(.invalidURL(.tooLong)) }
        return parse(text).flatMap(check)
    }

    /// Reads a URL of an upstream's answer, which may be longer than a client's: signed ones are.
    package func check(resultURL text: String) -> Result<HTTPURL, FetchRefusal> { parse(text).flatMap(check) }

    /// The rules for an address that is parsed already, such as the next hop of a redirect.
    package func check(_ url: HTTPURL) -> Result<HTTPURL, FetchRefusal> {
        if let address = url.address {
            if let refusal = check(addresses: [address], for: url) { return .failure(refusal) }
        } else if !ports.contains(url.port), !allowList.names(url), !allowList.mayContain(port: url.port) {
            return .failure(.blockedPort)
        }
        return .success(url)
    }

    /// Judges all addresses of a name together: one that is blocked refuses the name. nil: each of them may be connected to.
    package func check(addresses: [IPAddress], for url: HTTPURL) -> FetchRefusal? {
        guard !addresses.isEmpty else { return .blockedAddress }
        if allowList.names(url) { return nil }
        let others = addresses.filter { !allowList.contains($0, port: url.port) }
        guard others.isEmpty || ports.contains(url.port) else { return .blockedPort }
        return others.allSatisfy(mayConnect) ? nil : .blockedAddress
    }

    private func mayConnect(to address: IPAddress) -> Bool {
        let inner = AddressRules.embeddedIPv4(in: address) ?? address
        return AddressRules.isPublic(address) && !ownAddresses.contains(address) && !ownAddresses.contains(inner)
    }

    private func parse(_ text: String) -> Result<HTTPURL, FetchRefusal> {
        do throws(HTTPURLError) {
            return .success(try HTTPURL(parsing: text))
        } catch {
            return .failure(.invalidURL(error.kind))
        }
    }
}

/// Why a URL is not fetched: for the log. What a caller is told is `FetchError`.
package enum FetchRefusal: Error, Sendable, Hashable {
    case invalidURL(HTTPURLError.Kind)
    /// Not public, and not allowed by the operator.
    case blockedAddress
    case blockedPort
    case tooManyRedirects
    /// A redirect that names no place, or leads from https to http.
    case badRedirect
}
