import HTTP
import Media

/// What the environment says about a provider type.
struct ProviderVariables {
    private let type: String
    private let description: ProviderDescription?
    private let context: ReadingContext

    init(_ type: String, _ context: ReadingContext) {
        self.type = type
        description = context.types.description(of: type)
        self.context = context
    }

    /// The variables of this type that are set.
    var names: [String] {
        let all = [description?.keyVariable, description?.baseURLVariable] + (description?.options.map(\.variable) ?? [])
        return all.compactMap(\.self).filter { context.variable($0) != nil }
    }

    /// A provider by the environment alone; nil where something is wrong that has been said.
    var settings: ProviderSettings? {
        let before = context.report.mistakes.count
        var settings = ProviderSettings(name: type, type: type, maximumConcurrent: description?.maximumConcurrent)
        settings.apiKey = apiKey
        settings.baseURL = baseURL
        addOptions(to: &settings, secretsToo: true, except: [])
        return context.report.mistakes.count == before ? settings : nil
    }

    /// A file that a variable names and that cannot be read.
    var unreadableFile: (variable: String, problem: String)? {
        for (variable, option) in files {
            do throws(InvalidValue) {
                _ = try context.documents(option, at: context.variable(variable) ?? "")
            } catch {
                return (variable, "the value \(error.message)")
            }
        }
        return nil
    }

    private var files: [(variable: String, option: ProviderOption)] {
        (description?.options ?? []).filter { $0.kind == .file }.compactMap { option in
            option.variable.flatMap { context.variable($0) == nil ? nil : ($0, option) }
        }
    }

    /// The variable that a file's path comes from; nil: none is set.
    var file: String? { files.first?.variable }

    /// The set variable behind a key of the configuration; else the first that is set.
    func name(of key: String?) -> String {
        let option = description?.options.first { $0.name == key }?.variable
        let variable = key == "api_key" ? description?.keyVariable : key == "base_url" ? description?.baseURLVariable : option
        return variable.flatMap { names.contains($0) ? $0 : nil } ?? file ?? names.first ?? type
    }

    /// nil where it is not set.
    var apiKey: Secret? {
        value(description?.keyVariable, Parse.token).map(Secret.init)
    }

    /// nil where it is not set.
    var baseURL: HTTPURL? {
        value(description?.baseURLVariable, Parse.baseURL)
    }

    /// Options that the environment holds.
    /// - Parameters:
    ///   - secretsToo: keys and files with keys are wanted from there.
    ///   - written: options that the file has itself.
    func addOptions(to settings: inout ProviderSettings, secretsToo: Bool, except written: Set<String>) {
        for option in description?.options ?? [] where !written.contains(option.name) {
            guard let variable = option.variable, let text = context.variable(variable) else { continue }
            switch option.kind {
            case .text: settings.options[option.name] = value(option.variable, Parse.token)
            case .secret: if secretsToo { settings.secrets[option.name] = value(option.variable, Parse.token).map(Secret.init) }
            case .file, .folder:
                guard secretsToo else { continue }
                do throws(InvalidValue) {
                    settings.documents.merge(try context.documents(option, at: text)) { _, new in new }
                } catch {
                    context.report.add("the value \(error.message)", key: variable, line: nil)
                }
            }
        }
    }

    private func value<T>(_ variable: String?, _ parse: (String) throws(InvalidValue) -> T) -> T? {
        guard let variable, let text = context.variable(variable) else { return nil }
        do throws(InvalidValue) {
            return try parse(text)
        } catch {
            context.report.add("the value \(error.message)", key: variable, line: nil)
            return nil
        }
    }
}

extension ReadingContext {
    /// What an option that is a path leads to: a file under the option's name, or a folder's `.json` files under theirs.
    func documents(_ option: ProviderOption, at path: String) throws(InvalidValue) -> [String: [UInt8]] {
        do {
            guard option.kind == .folder else { return [option.name: try read(path)] }
            let names = try list(path).filter { $0.hasSuffix(".json") }
            let pairs = try names.map { (String($0.dropLast(5)), try read("\(path)/\($0)")) }
            return Dictionary(pairs) { first, _ in first }
        } catch {
            throw InvalidValue("cannot be read: \(error)")
        }
    }
}
