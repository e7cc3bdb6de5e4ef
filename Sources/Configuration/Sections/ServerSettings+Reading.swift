import HTTP

extension ServerSettings {
    static let defaultListen = ListenAddress.internet(.v4(0x7F00_0001), port: 8080)

    /// - Parameter needsLocalListeners: nobody needs a key, and nobody said that this is meant.
    init(_ section: Section<ServerKey>, needsLocalListeners: Bool, context: ReadingContext) {
        listen = Self.listeners(section, needsLocal: needsLocalListeners, context: context)
        publicURL = section.value(.publicURL, Parse.baseURL)
        loops = section.value(.loops) { text throws(InvalidValue) in text == "auto" ? nil : try Parse.integer(text, in: 1...1024) } ?? nil
        tls = section.has(.tls) ? TLSFiles(section.section(.tls), context: context) : nil
        limits = Limits(section.section(.limits))
        timeouts = Timeouts(section.section(.timeouts))
        cors = section.has(.cors) ? CORSSettings(section.section(.cors)) : nil
    }

    private static func listeners(_ section: Section<ServerKey>, needsLocal: Bool, context: ReadingContext) -> [ListenAddress] {
        let read = { (text: String) throws(InvalidValue) in try address(text, needsLocal: needsLocal) }
        if let listen = context.listen {
            do throws(InvalidValue) {
                return [try read(listen)]
            } catch {
                context.report.add("\(Scalars.quoted(listen)) \(error.message)", key: "--listen", line: nil)
                return [defaultListen]
            }
        }
        guard let addresses = section.values(.listen, read) else { return [defaultListen] }
        if case .sequence(let elements) = section.node(.listen)?.content, elements.isEmpty {
            section.mistake(.listen, "must name at least one address")
        }
        if Set(addresses).count < addresses.count { section.mistake(.listen, "names an address twice") }
        return addresses
    }

    private static func address(_ text: String, needsLocal: Bool) throws(InvalidValue) -> ListenAddress {
        guard let address = ListenAddress(parsing: text) else {
            throw InvalidValue("is not an address such as 127.0.0.1:8080, [::]:8080 or unix:/run/zoetrope.sock")
        }
        guard address.isLocal || !needsLocal else {
            throw InvalidValue("is open to the network while no key is configured: add keys, set ZOETROPE_API_KEY, or write auth: none")
        }
        return address
    }
}

extension ServerSettings.TLSFiles {
    fileprivate init(_ section: Section<TLSKey>, context: ReadingContext) {
        for key in TLSKey.allCases where !section.has(key) { section.mistake(key, "is missing; TLS needs a certificate and its key") }
        certificate = context.readableFile(.certificate, in: section) ?? ""
        key = context.readableFile(.key, in: section) ?? ""
    }
}

extension ServerSettings.Limits {
    fileprivate init(_ section: Section<LimitsKey>) {
        self.init()
        header = section.value(.header, Parse.size) ?? header
        body = section.value(.body, Parse.size) ?? body
        json = section.value(.json, Parse.size) ?? json
        file = section.value(.file, Parse.size) ?? file
        connections = section.integer(.connections, in: 1...1_000_000) ?? connections
    }
}

extension ServerSettings.Timeouts {
    fileprivate init(_ section: Section<TimeoutsKey>) {
        self.init()
        header = section.value(.header, Parse.duration) ?? header
        idle = section.value(.idle, Parse.duration) ?? idle
        drain = section.value(.drain, Parse.duration) ?? drain
    }
}

extension CORSSettings {
    fileprivate init(_ section: Section<CORSKey>) {
        allowOrigins = section.values(.allowOrigins, Self.origin) ?? []
        if !section.has(.allowOrigins) { section.mistake(.allowOrigins, "is missing") }
        if allowOrigins.count > 1, allowOrigins.contains("*") { section.mistake(.allowOrigins, "names \"*\" and other origins") }
    }

    private static func origin(_ text: String) throws(InvalidValue) -> String {
        if text == "*" { return text }
        guard let url = try? HTTPURL(parsing: text), url.target == "/", !text.hasSuffix("/"), !text.contains("#") else {
            throw InvalidValue("is neither \"*\" nor an origin such as https://app.example:8443")
        }
        return url.origin.description
    }
}
