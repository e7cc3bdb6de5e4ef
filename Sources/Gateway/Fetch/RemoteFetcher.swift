package import HTTP
package import Media
package import Transport

/// Fetches what a URL names: resolves once, checks every address, connects to a checked one, follows redirects by hand.
package struct RemoteFetcher: Sendable {
    private let transport: any FetchTransport
    private let rules: FetchRules
    private let spoolFolder: String
    private let now: @Sendable () -> Instant

    /// - Parameter spoolFolder: where contents above 1 MiB wait, in files without names.
    package init(
        transport: any FetchTransport, rules: FetchRules, spoolFolder: String,
        now: @escaping @Sendable () -> Instant = { .now }
    ) {
        self.transport = transport
        self.rules = rules
        self.spoolFolder = spoolFolder
        self.now = now
    }

    /// Fetches a URL that a client named: no credentials, all the rules.
    package func fetch(
        clientURL text: String, accepting isWanted: (MediaType) -> Bool
    ) async -> Result<FetchedMedia, FetchError> {
        do throws(FetchRefusal) {
            let journey = try FetchJourney(clientURL: text, rules: rules)
            return await travel(journey, credentials: HTTPFields(), deadline: now() + rules.timeout) { answer throws(FetchError) in
                let media = try await content(of: answer, maximumBytes: rules.maximumBytes)
                guard media.type != .unknown, isWanted(media.type) else {
                    throw FetchError(.wrongType, detail: "the first bytes are of no type that was wanted")
                }
                return media
            }
        } catch {
            return .failure(FetchError(error))
        }
    }

    /// Fetches a URL of an upstream's answer, whatever type it has.
    /// - Parameters:
    ///   - ownOrigin: the provider's, as configured: exempt from the rules, and alone given the credentials.
    ///   - deadline: of the whole call; the rules' timeout for results holds as well.
    package func fetch(
        resultURL text: String, ownOrigin: HTTPURL.Origin?, credentials: HTTPFields, deadline: Instant
    ) async -> Result<FetchedMedia, FetchError> {
        do throws(FetchRefusal) {
            let journey = try FetchJourney(resultURL: text, ownOrigin: ownOrigin, rules: rules)
            let deadline = min(deadline, now() + rules.resultTimeout)
            return await travel(journey, credentials: credentials, deadline: deadline) { answer throws(FetchError) in
                let (media, head) = try await sniffed(answer, maximumBytes: rules.maximumResultBytes)
                if media.type == .unknown, Self.isMessage(answer.fields[.contentType]) || Self.isMessage(head) {
                    throw FetchError(.wrongType, detail: "a message in place of a result")
                }
                return media
            }
        } catch {
            return .failure(FetchError(error))
        }
    }

    /// Checks a URL that will be called later, such as a webhook's, without calling it.
    /// - Returns: the URL and the addresses that it may be called at.
    package func check(clientURL text: String) async -> Result<(url: HTTPURL, addresses: [IPAddress]), FetchError> {
        do throws(FetchError) {
            let journey = try makeJourney(text)
            return .success((journey.url, try await addresses(for: journey, deadline: now() + rules.timeout)))
        } catch {
            return .failure(error)
        }
    }

    private func makeJourney(_ text: String) throws(FetchError) -> FetchJourney {
        do throws(FetchRefusal) {
            return try FetchJourney(clientURL: text, rules: rules)
        } catch {
            throw FetchError(error)
        }
    }
}

extension RemoteFetcher {
    private func travel(
        _ start: FetchJourney, credentials: HTTPFields, deadline: Instant,
        arriving take: (FetchAnswer) async throws(FetchError) -> FetchedMedia
    ) async -> Result<FetchedMedia, FetchError> {
        var journey = start
        do throws(FetchError) {
            while true {
                let addresses = try await addresses(for: journey, deadline: deadline)
                let fields = Self.fields(credentials: journey.isOnOwnOrigin ? credentials : nil)
                let answer = try await get(journey.url, at: addresses, fields: fields, deadline: deadline)
                switch journey.next(status: answer.status.code, location: answer.fields[.location]) {
                case .redirected: continue
                case .refused(let refusal): throw FetchError(refusal)
                case .arrived: return .success(try await take(answer))
                }
            }
        } catch {
            return .failure(error)
        }
    }

    private func addresses(for journey: FetchJourney, deadline: Instant) async throws(FetchError) -> [IPAddress] {
        let found: [IPAddress]
        if let address = journey.url.address {
            found = [address]
        } else {
            let limit = min(deadline, now() + rules.resolveTimeout)
            found = try await transport.addresses(of: journey.url.host, deadline: limit).mapError(FetchError.init).get()
        }
        if let refusal = journey.refusal(of: found) { throw FetchError(refusal) }
        return found
    }

    /// Asks the first address that can be reached.
    private func get(
        _ url: HTTPURL, at addresses: [IPAddress], fields: HTTPFields, deadline: Instant
    ) async throws(FetchError) -> FetchAnswer {
        var failure = FetchTransportError(.unreachable, "the name has no address")
        for address in Self.attempts(addresses) {
            switch await transport.get(url, at: address, fields: fields, deadline: deadline) {
            case .success(let answer): return answer
            case .failure(let error): failure = error
            }
            guard failure.kind == .unreachable else { break }
        }
        throw FetchError(failure)
    }

    private func sniffed(
        _ answer: FetchAnswer, maximumBytes: Int
    ) async throws(FetchError) -> (media: FetchedMedia, head: [UInt8]) {
        guard answer.status.isSuccess, answer.status != 204, answer.status != 206 else {
            throw FetchError(.status(answer.status.code), detail: "status \(answer.status.code)")
        }
        let (content, head) = try await ContentSpool(folder: spoolFolder, maximumBytes: maximumBytes).collect(answer.content)
        return (FetchedMedia(content: content, type: MediaType(sniffing: head) ?? .unknown), Array(head))
    }

    private func content(of answer: FetchAnswer, maximumBytes: Int) async throws(FetchError) -> FetchedMedia {
        try await sniffed(answer, maximumBytes: maximumBytes).media
    }

    /// A page, JSON, or nothing, whatever it is called; drawings as text begin with `<svg` or `<?xml`.
    private static func isMessage(_ head: [UInt8]) -> Bool {
        let text = head.drop { [0x09, 0x0A, 0x0D, 0x20, 0xEF, 0xBB, 0xBF].contains($0) }
        guard let first = text.first else { return true }
        if first == UInt8(ascii: "<") { return !text.starts(with: "<svg".utf8) && !text.starts(with: "<?xml".utf8) }
        return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    }

    /// What is said to be text, or JSON or XML for programs, is no picture that nobody knows: it is an error told with status 200.
    private static func isMessage(_ contentType: String?) -> Bool {
        guard let type = contentType.flatMap({ MediaTypeHeader(parsing: $0) }) else { return false }
        return type.type == "text" || type.isJSON || type.essence == "application/xml"
    }

    private static func fields(credentials: HTTPFields?) -> HTTPFields {
        var fields = credentials ?? HTTPFields()
        fields.set(.accept, "image/*, video/*, */*;q=0.1")
        fields.set(.acceptEncoding, "identity")
        fields.set(.userAgent, "zoetrope")
        return fields
    }

    /// Both families are tried before a second address of either, four in all.
    static func attempts(_ addresses: [IPAddress]) -> [IPAddress] {
        guard let first = addresses.first, let other = addresses.first(where: { $0.bytes.count != first.bytes.count }) else {
            return Array(addresses.prefix(4))
        }
        return Array(([first, other] + addresses.filter { $0 != first && $0 != other }).prefix(4))
    }
}
