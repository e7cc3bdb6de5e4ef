import Media

/// What the command line asks for.
enum Command: Equatable {
    case serve(file: String?, listen: String?)
    case check(file: String?)
    case newKey(name: String, role: KeyRole)
    case models(file: String?)
    /// The provider types there are.
    case providers(table: String?)
    case probe(file: String?, provider: String?, model: String?)
    case health(file: String?, listen: String?)
    case completion(CompletionShell)
    case version
    /// nil: an overview.
    case help(of: String?)
    case mistake(String)

    static func parse(_ arguments: [String]) -> Command {
        var options = Options(arguments.dropFirst())
        if let verb = arguments.first, options.asksForHelp, let entry = CommandEntry.named(verb) { return .help(of: entry.name) }
        let command: Command
        switch arguments.first {
        case "serve": command = .serve(file: options.take("--config"), listen: options.take("--listen"))
        case "check": command = .check(file: options.take("--config"))
        case "models": command = .models(file: options.take("--config"))
        case "health": command = .health(file: options.take("--config"), listen: options.take("--listen"))
        case "providers": command = .providers(table: options.take("--table"))
        case "probe":
            let (file, model) = (options.take("--config"), options.take("--model"))
            let provider = options.takeWord()
            command =
                model != nil && provider == nil
                ? .mistake("'probe --model' wants a provider") : .probe(file: file, provider: provider, model: model)
        case "key": command = key(&options)
        case "completion": command = completion(&options)
        case "version", "--version": command = .version
        case "help", "--help", "-h": command = help(&options)
        case nil: command = .mistake("a command is missing")
        case let other?: command = .mistake("there is no command '\(other)'")
        }
        if case .mistake = command { return command }
        return options.mistake.map { .mistake($0) } ?? command
    }

    private static func key(_ options: inout Options) -> Command {
        let role: KeyRole = options.takeFlag("--admin") ? .admin : .user
        guard options.takeWord() == "new", let name = options.takeWord() else { return .mistake("'key' wants: key new NAME") }
        let isName = !name.isEmpty && name.utf8.count <= 64 && name.utf8.allSatisfy { isNameByte($0) }
        return isName ? .newKey(name: name, role: role) : .mistake("a key's name has letters, digits, '-', '_' and '.', at most 64")
    }

    private static func completion(_ options: inout Options) -> Command {
        let known = CompletionShell.allCases.map(\.rawValue).joined(separator: ", ")
        return options.takeWord().flatMap(CompletionShell.init).map { .completion($0) } ?? .mistake("'completion' wants a shell: \(known)")
    }

    private static func help(_ options: inout Options) -> Command {
        guard let name = options.takeWords() else { return .help(of: nil) }
        return CommandEntry.named(name).map { .help(of: $0.name) } ?? .mistake("there is no command '\(name)'")
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}

/// The words behind a command.
private struct Options {
    private var words: [String]
    private var missing: String?

    init(_ words: some Sequence<String>) {
        self.words = Array(words)
    }

    /// The value of `--name VALUE` or `--name=VALUE`.
    mutating func take(_ name: String) -> String? {
        if let index = words.firstIndex(where: { $0.hasPrefix(name + "=") }) {
            return String(words.remove(at: index).dropFirst(name.count + 1))
        }
        guard let index = words.firstIndex(of: name) else { return nil }
        words.remove(at: index)
        guard index < words.count else {
            missing = name
            return nil
        }
        return words.remove(at: index)
    }

    /// Whether `--name` is there.
    mutating func takeFlag(_ name: String) -> Bool {
        guard let index = words.firstIndex(of: name) else { return false }
        words.remove(at: index)
        return true
    }

    mutating func takeWord() -> String? {
        words.isEmpty ? nil : words.removeFirst()
    }

    /// All that are left, as one text; nil where there are none.
    mutating func takeWords() -> String? {
        defer { words = [] }
        return words.isEmpty ? nil : words.joined(separator: " ")
    }

    var asksForHelp: Bool { words.contains("--help") || words.contains("-h") }

    var mistake: String? {
        if let missing { return "\(missing) wants a value" }
        return words.first.map { "'\($0)' is not understood" }
    }
}
