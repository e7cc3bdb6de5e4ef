/// A command as the help and the shells know it.
struct CommandEntry: Sendable {
    /// As it is typed: `serve`, or `key new`.
    let name: String
    var operand: CommandOperand?
    var options: [CommandOption] = []
    /// One line without quotes, colons and brackets: shells would take those for their own.
    let summary: String
    /// What the help says below the summary; lines of at most 100 columns.
    let details: String
    /// What the exit codes mean, besides that of a wrong command line.
    let exits: [(code: Int32, meaning: String)]

    /// The first word, by which the commands are told apart.
    var verb: String { String(name.prefix { $0 != " " }) }
    /// The word that has to follow the first one.
    var subverb: String? { name.contains(" ") ? String(name.drop { $0 != " " }.dropFirst()) : nil }
    /// As the usage writes it.
    var synopsis: String {
        let words =
            [operand.map { $0.isRequired ? $0.name : "[\($0.name)]" }].compactMap(\.self) + options.map { "[\($0.text)]" }
        return ([name] + words).joined(separator: " ")
    }
}

/// The word that a command is about.
struct CommandOperand: Sendable {
    let name: String
    var isRequired = true
    /// What it can be, where that is known beforehand.
    var choices: [String] = []
}

/// An option; the same name means the same in every command.
struct CommandOption: Sendable {
    let name: String
    /// What stands for the value in the help; nil: it has none.
    let value: String?
    let meaning: String
    var isFile = false
    /// What the value can be, where that is known beforehand.
    var choices: [String] = []

    /// As it is typed.
    var text: String { value.map { "\(name) \($0)" } ?? name }

    static let config = CommandOption(
        name: "--config", value: "FILE", meaning: "the configuration; else the variable ZOETROPE_CONFIG names it, else there is none",
        isFile: true)
    static let listen = CommandOption(name: "--listen", value: "ADDRESS", meaning: "an address in place of server.listen")
}

extension CommandEntry {
    private static let wrongConfiguration: (code: Int32, meaning: String) = (
        ExitCode.configuration, "the configuration is wrong; every mistake is told in a line of its own"
    )

    /// All commands, in the order of the help.
    static let all = [serve, check, models, providers, probe, newKey, health, completion, version, help]

    private static let serve = CommandEntry(
        name: "serve", options: [.config, .listen], summary: "start the gateway",
        details: """
            Without a file it serves the built-in test models, and the well-known models of every provider whose
            variables are set, on 127.0.0.1:8080, with its data in ./data.
            SIGTERM or SIGINT: running calls are finished, within server.timeouts.drain. A second one ends at once.
            SIGHUP: the configuration is read again; the log says what was taken.
            """,
        exits: [
            (ExitCode.success, "ended by a signal, in order"),
            (ExitCode.failure, "it cannot listen, the data cannot be used, or a second signal came"), wrongConfiguration,
        ])
    private static let check = CommandEntry(
        name: "check", options: [.config], summary: "check the configuration and show what it comes to",
        details: "Shows providers and where their keys come from, never the keys; models with their routes, aliases, defaults.",
        exits: [(ExitCode.success, "the configuration is good"), wrongConfiguration])
    private static let models = CommandEntry(
        name: "models", options: [.config], summary: "list the models and their routes", details: "One line for each model and each alias.",
        exits: [(ExitCode.success, "listed"), wrongConfiguration])
    private static let providers = CommandEntry(
        name: "providers",
        options: [
            CommandOption(
                name: "--table", value: "TABLE", meaning: "abilities (if nothing is said), or settings", choices: ["abilities", "settings"])
        ],
        summary: "list the provider types", details: "What each can make; or the variables and keys of each.",
        exits: [(ExitCode.success, "listed")])
    private static let probe = CommandEntry(
        name: "probe", operand: CommandOperand(name: "PROVIDER", isRequired: false),
        options: [
            CommandOption(name: "--model", value: "MODEL", meaning: "the model at PROVIDER; else the cheapest that is known"), .config,
        ],
        summary: "buy one cheap picture from each provider, to see whether it works",
        details: "This costs money. PROVIDER is a name from the configuration; without it, all are asked.",
        exits: [
            (ExitCode.success, "every picture that was asked for came"), (ExitCode.failure, "one did not come"), wrongConfiguration,
        ])
    private static let newKey = CommandEntry(
        name: "key new", operand: CommandOperand(name: "NAME"),
        options: [
            CommandOption(
                name: "--admin", value: nil, meaning: "for an operator, who sees the tasks of all keys, the providers and the metrics")
        ],
        summary: "make an API key",
        details: "Prints the key, once, and the line for `keys` in the configuration, which holds its digest alone.",
        exits: [(ExitCode.success, "made")])
    private static let health = CommandEntry(
        name: "health", options: [.config, .listen], summary: "ask a running gateway whether it lives",
        details: "For health checks of containers. It asks the first address of the configuration, for 3 seconds.",
        exits: [(ExitCode.success, "it answers"), (ExitCode.failure, "it does not"), wrongConfiguration])
    private static let completion = CommandEntry(
        name: "completion", operand: CommandOperand(name: "SHELL", choices: CompletionShell.allCases.map(\.rawValue)),
        summary: "print what teaches a shell these commands",
        details: """
            bash:  source <(zoetrope completion bash)
            zsh:   source <(zoetrope completion zsh), after compinit; or save it as _zoetrope in a folder of $fpath
            fish:  zoetrope completion fish > ~/.config/fish/completions/zoetrope.fish
            """,
        exits: [(ExitCode.success, "printed")])
    private static let version = CommandEntry(
        name: "version", summary: "print the version", details: "Also: zoetrope --version.", exits: [(ExitCode.success, "printed")])
    private static let help = CommandEntry(
        name: "help", operand: CommandOperand(name: "COMMAND", isRequired: false), summary: "explain a command",
        details: "Also: zoetrope COMMAND --help.", exits: [(ExitCode.success, "printed")])
}
