import Configuration
import Gateway
import Glibc
import HTTP
import Media
import Providers
import Transport

extension Command {
    /// Does it; the exit code.
    func run() -> Int32 {
        switch self {
        case .serve(let file, let listen):
            return withConfiguration(file, listen: listen) { Server($0, reload: { load(file, listen: listen) }).run() }
        case .check(let file):
            return withConfiguration(file) { configuration in
                print(CheckReport(configuration, environment: Process.environment).text)
                return ExitCode.success
            }
        case .models(let file):
            return withConfiguration(file) { configuration in
                print(RouteTable.text(of: configuration.models))
                return ExitCode.success
            }
        case .providers(let table):
            switch table {
            case nil, "abilities": print(ProviderTable.abilities)
            case "settings": print(ProviderTable.settings)
            case let other?: return Command.mistake("there is no table '\(other)'").run()
            }
            return ExitCode.success
        case .probe(let file, let provider, let model):
            return withConfiguration(file) { Probe($0, provider: provider, model: model).run() }
        case .health(let file, let listen): return withConfiguration(file, listen: listen) { HealthCheck($0).run() }
        case .newKey(let name, let role):
            print(KeyMaker.text(name: name, role: role, random: randomBytes))
            return ExitCode.success
        case .version:
            print("zoetrope \(Zoetrope.version)")
            return ExitCode.success
        case .completion(let shell):
            print(shell.script)
            return ExitCode.success
        case .help(let name):
            print(name.flatMap(CommandEntry.named)?.helpText ?? CommandEntry.overview)
            return ExitCode.success
        case .mistake(let message):
            printError("zoetrope: \(message)\n\(CommandEntry.overview)")
            return ExitCode.usage
        }
    }

    private func load(_ file: String?, listen: String?) -> Result<GatewayConfiguration, ConfigurationMistakes> {
        ConfigurationLoader.load(
            file: file, environment: Process.environment, read: { try Process.readFile($0) },
            list: { try Process.names(in: $0) }, types: ProviderRegistry.descriptions, catalogue: Embedded.catalogue, listen: listen,
            validate: { settings throws(ConfigurationError) in _ = try ProviderRegistry.make(settings) })
    }

    private func withConfiguration(_ file: String?, listen: String? = nil, _ body: (GatewayConfiguration) -> Int32) -> Int32 {
        switch load(file, listen: listen) {
        case .success(let configuration): return body(configuration)
        case .failure(let mistakes):
            printError(mistakes.description)
            return ExitCode.configuration
        }
    }
}

/// The models and their routes, for people.
enum RouteTable {
    static func text(of models: ModelCatalogue) -> String {
        (routes(of: models) + aliases(of: models)).joined(separator: "\n")
    }

    /// One line for each model.
    static func routes(of models: ModelCatalogue) -> [String] {
        models.entries.map { entry in
            let steps = entry.steps.map { step in step.upstreamModel.map { "\(step.provider)/\($0)" } ?? step.provider }
            return "\(entry.pattern)  ->  \(steps.joined(separator: ", "))"
        }
    }

    /// One line for each other name.
    static func aliases(of models: ModelCatalogue) -> [String] {
        models.aliases.sorted { $0.key < $1.key }.map { "\($0.key)  =  \($0.value)" }
    }
}

/// A new API key, and the line for the configuration that lets it in.
enum KeyMaker {
    static func text(name: String, role: KeyRole, random: (Int) -> [UInt8]) -> String {
        let key = "zt_\(hexadecimal(random(24)))"
        let webhookSecret = "whsec_\(Base64.encode(random(32)))"
        let roleText = role == .user ? "" : ", role: \(role.rawValue)"
        let digest = hexadecimal(SHA256.digest(of: Array(key.utf8)))
        return """
            The key, shown only now:
              \(key)
            The line for `keys:` in the configuration:
              - { name: \(name), sha256: "\(digest)", tier: default\(roleText), webhook_secret: "\(webhookSecret)" }
            The webhook secret signs what the gateway sends to this key's webhook URLs: give it to whoever receives them.
            """
    }
}
