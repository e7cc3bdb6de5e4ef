/// The shells that can be taught the commands.
enum CompletionShell: String, CaseIterable {
    case bash, zsh, fish

    /// The script that teaches it.
    var script: String {
        switch self {
        case .bash: BashCompletion.script
        case .zsh: ZshCompletion.script
        case .fish: FishCompletion.script
        }
    }
}

extension CommandEntry {
    /// Every option of any command, once.
    fileprivate static var everyOption: [CommandOption] {
        all.flatMap(\.options).reduce(into: []) { known, option in
            if !known.contains(where: { $0.name == option.name }) { known.append(option) }
        }
    }

    /// Words that can stand right behind the first one.
    fileprivate var wordsBehind: [String] {
        if let subverb { return [subverb] }
        return name == "help" ? CommandEntry.all.map(\.verb) : operand?.choices ?? []
    }
}

/// For bash 4 and newer, with or without the bash-completion package.
private enum BashCompletion {
    static var script: String {
        """
        # Completion of zoetrope for bash.
        _zoetrope() {
            local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} words=
            # "--name=value" comes as three words.
            if [[ $current == = ]]; then current=; elif [[ $previous == = ]]; then previous=${COMP_WORDS[COMP_CWORD - 2]}; fi
            COMPREPLY=()
            case $previous in
        \(CommandEntry.everyOption.filter { $0.value != nil }.map(valueCase).joined(separator: "\n"))
            esac
            if [[ -z $words ]]; then
                case $COMP_CWORD:${COMP_WORDS[1]} in
                1:*) words='\(CommandEntry.all.map(\.verb).joined(separator: " ")) --help --version' ;;
        \(CommandEntry.all.map(commandCase).joined(separator: "\n"))
                esac
            fi
            mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
        }
        complete -F _zoetrope zoetrope
        """
    }

    private static func valueCase(_ option: CommandOption) -> String {
        if option.isFile {
            return "    \(option.name)) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- \"$current\"); return ;;"
        }
        return option.choices.isEmpty
            ? "    \(option.name)) return ;;" : "    \(option.name)) words='\(option.choices.joined(separator: " "))' ;;"
    }

    private static func commandCase(_ entry: CommandEntry) -> String {
        let options = (entry.options.map(\.name) + ["--help"]).joined(separator: " ")
        let behind = entry.wordsBehind.joined(separator: " ")
        let second = behind.isEmpty ? "" : "        2:\(entry.verb)) words='\(behind) \(options)' ;;\n"
        return second + "        *:\(entry.verb)) words='\(options)' ;;"
    }
}

/// To be sourced after `compinit`, or autoloaded as `_zoetrope`.
private enum ZshCompletion {
    static var script: String {
        """
        #compdef zoetrope
        # Completion of zoetrope for zsh.
        _zoetrope() {
            local -a commands=(
        \(CommandEntry.all.map { "        '\($0.verb):\($0.summary)'" }.joined(separator: "\n"))
            )
            if (( CURRENT == 2 )); then
                _describe command commands
                return
            fi
            local verb=$words[2]
            shift words
            (( CURRENT-- ))
            case $verb in
        \(CommandEntry.all.map(commandCase).joined(separator: "\n"))
            esac
        }
        if [[ $funcstack[1] == _zoetrope ]]; then _zoetrope "$@"; else compdef _zoetrope zoetrope; fi
        """
    }

    private static func commandCase(_ entry: CommandEntry) -> String {
        let options = entry.options.map { option in
            let values = option.isFile ? "_files" : option.choices.isEmpty ? " " : "(\(option.choices.joined(separator: " ")))"
            guard let value = option.value else { return "'\(option.name)[\(option.meaning)]'" }
            return "'\(option.name)=[\(option.meaning)]:\(value):\(values)'"
        }
        let words = entry.wordsBehind.isEmpty ? [] : ["'1: :(\(entry.wordsBehind.joined(separator: " ")))'"]
        return "    \(entry.verb)) _arguments \((words + options + ["'(- *)--help[explain it]'"]).joined(separator: " ")) ;;"
    }
}

/// To be sourced, or saved in fish's folder of completions.
private enum FishCompletion {
    static var script: String {
        (["# Completion of zoetrope for fish.", "complete -c zoetrope -f", "complete -c zoetrope -l help -d 'explain it'"]
            + CommandEntry.all.flatMap(lines)).joined(separator: "\n")
    }

    private static func lines(_ entry: CommandEntry) -> [String] {
        let here = "complete -c zoetrope -n '__fish_seen_subcommand_from \(entry.verb)'"
        let words = entry.wordsBehind.isEmpty ? [] : ["\(here) -a '\(entry.wordsBehind.joined(separator: " "))'"]
        return ["complete -c zoetrope -n __fish_use_subcommand -a \(entry.verb) -d '\(entry.summary)'"] + words
            + entry.options.map { option in
                let values =
                    option.value == nil
                    ? "" : option.isFile ? "-r -F" : option.choices.isEmpty ? "-x" : "-x -a '\(option.choices.joined(separator: " "))'"
                return "\(here) -l \(option.name.dropFirst(2)) \(values) -d '\(option.meaning)'"
            }
    }
}
