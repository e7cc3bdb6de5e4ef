import HTTP
import Media

/// Reads one member of `providers`.
struct ProviderReader {
    private let name: String
    private let line: Int
    private let section: Section<ProviderKey>
    private let context: ReadingContext
    private let description: ProviderDescription?
    /// nil where it is missing or unknown.
    private let type: String?

    init(_ member: YAMLMember, at path: String, context: ReadingContext) {
        Names.check(member, at: path, report: context.report)
        let description = Self.writtenType(of: member.value).flatMap(context.types.description)
        name = member.name
        line = member.line
        section = Section(member.value, at: path, also: description?.options.map(\.name) ?? [], report: context.report)
        self.context = context
        self.description = description
        type = section.value(.type) { type throws(InvalidValue) in
            guard !context.types.names.contains(type) else { return type }
            let known = context.types.names.sorted()
            throw InvalidValue("is no provider type; there are \(known.joined(separator: ", "))\(Suggestion.text(for: type, among: known))")
        }
    }

    /// The file leaves the base URL to a variable; a key that it writes is for an address that it writes, too.
    var takesAddressFromEnvironment: Bool { !section.has(.baseURL) && !section.has(.apiKey) && description?.baseURLVariable != nil }

    /// nil where something is wrong that has been said.
    var settings: ProviderSettings? {
        if !section.has(.type) { context.report.add("type is missing", key: section.path, line: line) }
        if let type, name == ProviderTypes.test, type != ProviderTypes.test {
            section.mistake(.type, "the name \"test\" belongs to the built-in provider, which is of the type test")
        }
        let before = context.report.mistakes.count
        var settings = ProviderSettings(name: name, type: type ?? "", maximumConcurrent: description?.maximumConcurrent)
        settings.baseURL = takesAddressFromEnvironment ? variables.baseURL : section.value(.baseURL, Parse.baseURL)
        settings.apiKey = key
        settings.headers = headers
        settings.timeout = section.value(.timeout, Parse.duration) ?? settings.timeout
        settings.connectTimeout = section.value(.connectTimeout, Parse.duration) ?? settings.connectTimeout
        settings.maximumConcurrent = section.integer(.maximumConcurrent, in: 1...100_000) ?? settings.maximumConcurrent
        settings.maximumQueue = section.integer(.maximumQueue, in: 0...100_000) ?? settings.maximumQueue
        settings.caFile = context.readableFile(.caFile, in: section)
        settings.proxy = section.value(.proxy, Self.proxy)
        settings.price = Price(section.section(.price)) ?? settings.price
        readOptions(into: &settings)
        guard type != nil, context.report.mistakes.count == before else { return nil }
        return isValid(settings) ? settings : nil
    }

    /// Looked at before the section is read, since it decides which keys are known.
    private static func writtenType(of node: YAMLNode) -> String? {
        guard case .mapping(let members) = node.content,
            case .scalar(let type)? = members.first(where: { $0.name == "type" })?.value.content
        else { return nil }
        return type.text
    }

    private var key: Secret? {
        if section.has(.apiKey) {
            return section.value(.apiKey, isSecret: true) { text throws(InvalidValue) in Secret(try Parse.token(text)) }
        }
        // The variable's key belongs to the type's own address and to no other.
        guard !section.has(.baseURL), let variable = description?.keyVariable, let description else { return nil }
        if let key = variables.apiKey { return key }
        // Of a type with other ways to a key, the type itself says what is missing.
        let hasOtherWays = description.options.contains { $0.kind != .text }
        if context.variable(variable) == nil, !hasOtherWays {
            context.report.add("api_key is missing, and the environment variable \(variable) is not set", key: section.path, line: line)
        }
        return nil
    }

    private var variables: ProviderVariables { ProviderVariables(type ?? "", context) }

    private var headers: [(name: String, value: String)] {
        section.members(.headers).compactMap { member in
            let path = KeyPathText.member(member.name, of: section.path(of: .headers))
            if let problem = Self.problem(withHeader: member.name) {
                context.report.add(problem, key: path, line: member.line)
            }
            let value = Scalars.value(of: member.value, at: path, isSecret: true, report: context.report, Self.fieldValue)
            return value.map { (member.name, $0) }
        }
    }

    /// What is written, then what the environment has; keys from there only where the file names neither a key nor another address.
    private func readOptions(into settings: inout ProviderSettings) {
        for member in section.extras {
            guard let option = description?.options.first(where: { $0.name == member.name }) else { continue }
            read(option, member, into: &settings)
        }
        let written = Set(section.extras.map(\.name))
        let writesKey = description?.options.contains { $0.kind != .text && written.contains($0.name) } ?? false
        let wantsKeys = !section.has(.baseURL) && !section.has(.apiKey) && !writesKey
        variables.addOptions(to: &settings, secretsToo: wantsKeys, except: written)
    }

    private func read(_ option: ProviderOption, _ member: YAMLMember, into settings: inout ProviderSettings) {
        let path = KeyPathText.member(member.name, of: section.path)
        func value<T>(_ parse: (String) throws(InvalidValue) -> T) -> T? {
            Scalars.value(of: member.value, at: path, isSecret: option.kind == .secret, report: context.report, parse)
        }
        switch option.kind {
        case .text: settings.options[option.name] = value(Parse.token)
        case .secret: settings.secrets[option.name] = value(Parse.token).map(Secret.init)
        case .file, .folder:
            let found = value { text throws(InvalidValue) in try context.documents(option, at: try Parse.text(text)) }
            settings.documents.merge(found ?? [:]) { _, new in new }
        }
    }

    private func isValid(_ settings: ProviderSettings) -> Bool {
        do throws(ConfigurationError) {
            try context.validate(settings)
            return true
        } catch {
            let known = error.key.flatMap(ProviderKey.init(rawValue:))
            let place = known.flatMap(section.node)?.line ?? section.extras.first { $0.name == error.key }?.line ?? line
            let path = error.key.map { KeyPathText.member($0, of: section.path) } ?? section.path
            context.report.add(error.message, key: path, line: place)
            return false
        }
    }

    /// Connects plainly to the proxy; TLS to the upstream goes through it.
    private static func proxy(_ text: String) throws(InvalidValue) -> HTTPURL {
        guard let url = try? HTTPURL(parsing: text), url.scheme == .http, url.target == "/" else {
            throw InvalidValue("is not a proxy such as http://proxy.example:3128")
        }
        return url
    }

    /// RFC 9110 §5.1; framing and the host are written by the gateway itself.
    private static func problem(withHeader name: String) -> String? {
        let marks = Set("!#$%&'*+-.^_`|~".utf8)
        let isToken = name.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || marks.contains($0) }
        guard isToken, !name.isEmpty else { return "is not the name of a header" }
        let own = ["host", "connection", "content-length", "content-type", "transfer-encoding", "te", "trailer", "upgrade", "expect"]
        return own.contains(name.lowercased()) ? "is written by the gateway itself" : nil
    }

    /// RFC 9110 §5.5.
    private static func fieldValue(_ text: String) throws(InvalidValue) -> String {
        guard text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else { throw InvalidValue("holds characters that no header can have") }
        return text
    }
}
