extension CommandEntry {
    /// The command of that name; of two words, the first is enough.
    static func named(_ name: String) -> CommandEntry? {
        all.first { $0.name == name || $0.verb == name }
    }

    /// What `zoetrope help COMMAND` prints.
    var helpText: String {
        let optionRows = options.map { ($0.text, $0.meaning) } + [("-h, --help", "this text")]
        let exits = (exits + [(ExitCode.usage, "the command line is wrong")]).sorted { $0.code < $1.code }
        return """
            usage: zoetrope \(synopsis)

            \(summary.prefix(1).uppercased())\(summary.dropFirst()).
            \(details)

            options:
            \(CommandEntry.columns(optionRows))

            exit codes:
            \(CommandEntry.columns(exits.map { ("\($0.code)", $0.meaning) }))
            """
    }

    /// What `zoetrope help` prints.
    static var overview: String {
        """
        usage:
        \(columns(all.map { ("zoetrope \($0.synopsis)", $0.summary) }))

        Without --config, the variable ZOETROPE_CONFIG names the file; without both, built-in defaults serve.
        Exit codes: 0 success, 1 failure, 64 wrong command line, 78 wrong configuration.
        `zoetrope help COMMAND` tells more.
        """
    }

    /// Two columns, indented.
    private static func columns(_ rows: [(String, String)]) -> String {
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { "  \($0)\(String(repeating: " ", count: width - $0.count))  \($1)" }.joined(separator: "\n")
    }
}
