import Media

/// The upstreams, in order, the built-in one last where the file does not name it.
struct Providers {
    var settings: [ProviderSettings] = []
    /// Also of those with mistakes, so that a route to them is not one more mistake.
    var names: Set<String> = []

    /// - Parameter root: without a line where there is no file; then the environment names the providers.
    init(_ root: Section<RootKey>, context: ReadingContext) {
        for member in root.members(.providers) {
            let path = KeyPathText.member(member.name, of: root.path(of: .providers))
            names.insert(member.name)
            if let read = ProviderReader(member, at: path, context: context).settings { settings.append(read) }
        }
        if root.line == nil { readEnvironment(context) }
        if names.insert(ProviderType.test).inserted {
            settings.append(ProviderSettings(name: ProviderType.test, type: ProviderType.test))
        }
    }

    private mutating func readEnvironment(_ context: ReadingContext) {
        for type in ProviderType.automatic where context.knownTypes.contains(type) {
            guard let variable = ProviderType.named(type).keyVariable, let value = context.variable(variable) else { continue }
            names.insert(type)
            do throws(InvalidValue) {
                let provider = ProviderSettings(name: type, type: type, apiKey: Secret(try Parse.token(value)))
                try validate(provider, context)
                settings.append(provider)
            } catch {
                context.report.add("the value \(error.message)", key: variable, line: nil)
            }
        }
    }

    private func validate(_ provider: ProviderSettings, _ context: ReadingContext) throws(InvalidValue) {
        do throws(ConfigurationError) {
            try context.validate(provider)
        } catch {
            throw InvalidValue("does not do for \(provider.name): \(error.message)")
        }
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
