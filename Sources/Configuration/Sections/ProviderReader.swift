import HTTP
import Media

/// Reads one member of `providers`.
struct ProviderReader {
    private let name: String
    private let line: Int
    private let section: Section<ProviderKey>
    private let context: ReadingContext
    /// nil where it is missing or unknown.
    private let type: String?

    init(_ member: YAMLMember, at path: String, context: ReadingContext) {
        Names.check(member, at: path, report: context.report)
        let written = Self.writtenType(of: member.value)
        name = member.name
        line = member.line
        section = Section(member.value, at: path, also: ProviderType.named(written ?? "").options, report: context.report)
        self.context = context
        type = section.value(.type) { type throws(InvalidValue) in
            guard !context.knownTypes.contains(type) else { return type }
            let known = context.knownTypes.sorted()
            throw InvalidValue("is no provider type; there are \(known.joined(separator: ", "))\(Suggestion.text(for: type, among: known))")
        }
    }

    /// nil where something is wrong that has been said.
    var settings: ProviderSettings? {
        if !section.has(.type) { context.report.add("type is missing", key: section.path, line: line) }
        if let type, name == ProviderType.test, type != ProviderType.test {
            section.mistake(.type, "the name \"test\" belongs to the built-in provider, which is of the type test")
        }
        let before = context.report.mistakes.count
        var settings = ProviderSettings(name: name, type: type ?? "")
        settings.baseURL = section.value(.baseURL, Parse.baseURL)
        settings.apiKey = key
        settings.headers = headers
        settings.timeout = section.value(.timeout, Parse.duration) ?? settings.timeout
        settings.connectTimeout = section.value(.connectTimeout, Parse.duration) ?? settings.connectTimeout
        settings.maximumConcurrent = section.integer(.maximumConcurrent, in: 1...100_000)
        settings.maximumQueue = section.integer(.maximumQueue, in: 0...100_000) ?? settings.maximumQueue
        settings.caFile = context.readableFile(.caFile, in: section)
        settings.proxy = section.value(.proxy, Self.proxy)
        settings.options = options
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
        guard !section.has(.baseURL), let variable = ProviderType.named(type ?? "").keyVariable else { return nil }
        guard let value = context.variable(variable) else {
            context.report.add("api_key is missing, and the environment variable \(variable) is not set", key: section.path, line: line)
            return nil
        }
        do throws(InvalidValue) {
            return Secret(try Parse.token(value))
        } catch {
            context.report.add("the value of \(variable) \(error.message)", key: section.path, line: line)
            return nil
        }
    }

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

    private var options: [String: String] {
        let pairs = section.extras.compactMap { member in
            let path = KeyPathText.member(member.name, of: section.path)
            return Scalars.value(of: member.value, at: path, report: context.report, Parse.token).map { (member.name, $0) }
        }
        return Dictionary(pairs) { first, _ in first }
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
