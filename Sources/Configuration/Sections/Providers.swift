import Media

/// The upstreams, in order, the built-in one last where the file does not name it.
struct Providers {
    var settings: [ProviderSettings] = []
    /// Also of those with mistakes, so that a route to them is not one more mistake.
    var names: Set<String> = []
    /// Those whose address is the environment's.
    private var environmental: Set<String> = []
    private(set) var notices: [String] = []

    /// Those at their services' own addresses: only they carry what the catalogue says.
    var ofTheirOwn: [(name: String, type: String)] {
        settings.filter { $0.baseURL == nil || environmental.contains($0.name) }.map { ($0.name, $0.type) }
    }

    /// - Parameter root: without a line where there is no file; then the environment names the providers.
    init(_ root: Section<RootKey>, context: ReadingContext) {
        for member in root.members(.providers) {
            let path = KeyPathText.member(member.name, of: root.path(of: .providers))
            names.insert(member.name)
            let reader = ProviderReader(member, at: path, context: context)
            if reader.takesAddressFromEnvironment { environmental.insert(member.name) }
            if let read = reader.settings { settings.append(read) }
        }
        if root.line == nil {
            readEnvironment(context)
            let found = settings.map { "\($0.name) (\(ProviderVariables($0.type, context).names.joined(separator: ", ")))" }
            if !found.isEmpty { notices.insert("providers from the environment: \(found.joined(separator: ", "))", at: 0) }
        }
        if names.insert(ProviderTypes.test).inserted {
            settings.append(ProviderSettings(name: ProviderTypes.test, type: ProviderTypes.test))
        }
    }

    private mutating func readEnvironment(_ context: ReadingContext) {
        for type in context.types.automatic(isSet: { context.variable($0) != nil }) where isWanted(type, context) {
            let variables = ProviderVariables(type, context)
            if let (variable, problem) = variables.unreadableFile {
                notices.append("\(type) is not used: \(variable): \(problem)")
                continue
            }
            names.insert(type)
            guard let provider = variables.settings else { continue }
            do throws(ConfigurationError) {
                try context.validate(provider)
                settings.append(provider)
                environmental.insert(provider.name)
            } catch {
                refuse(type, error, variables, context.report)
            }
        }
    }

    /// Whether the environment names providers itself, and not this one.
    private func isWanted(_ type: String, _ context: ReadingContext) -> Bool {
        guard let wanted = context.variable(ConfigurationLoader.providersVariable) else { return true }
        return wanted.split(separator: ",").contains { $0.drop { $0 == " " } == type }
    }

    /// A key that cannot be is a mistake. A file that a variable names is often there for other programs: it is left alone, and told.
    private mutating func refuse(_ type: String, _ error: ConfigurationError, _ variables: ProviderVariables, _ report: Report) {
        let variable = variables.name(of: error.key)
        guard variables.file != nil else {
            return report.add("the value does not do for \(type): \(error.message)", key: variable, line: nil)
        }
        names.remove(type)
        notices.append("\(type) is not used: \(variable): \(error.message)")
    }
}

/// Names that the operator chooses for providers, tiers and keys.
enum Names {
    static func check(_ member: YAMLMember, at path: String, report: Report) {
        do throws(InvalidValue) {
            _ = try Parse.name(member.name)
        } catch {
            report.add("\(Scalars.quoted(member.name)) \(error.message)", key: path, line: member.line)
        }
    }
}
