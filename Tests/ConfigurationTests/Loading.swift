import Media

@testable import Configuration

/// Loads texts as the file `z.yaml`.
enum Loading {
    static let types: Set<String> = ["openai", "imagerouter", "infron", "test"]

    struct NoFile: Error, CustomStringConvertible {
        var description: String { "no such file" }
    }

    static func load(
        _ text: String?, environment: [String: String] = [:], files: Set<String> = [], listen: String? = nil,
        validate: @escaping (ProviderSettings) throws(ConfigurationError) -> Void = { _ in }
    ) -> Result<GatewayConfiguration, ConfigurationMistakes> {
        let read = { (path: String) throws -> [UInt8] in
            if path == "z.yaml", let text { return Array(text.utf8) }
            guard files.contains(path) else { throw NoFile() }
            return []
        }
        return ConfigurationLoader.load(
            file: text == nil ? nil : "z.yaml", environment: environment, read: read, knownTypes: types, listen: listen, validate: validate)
    }

    /// The lines of all mistakes; none for a text that is right.
    static func mistakes(_ text: String?, environment: [String: String] = [:], listen: String? = nil) -> [String] {
        switch load(text, environment: environment, listen: listen) {
        case .success: []
        case .failure(let mistakes): mistakes.mistakes.map(\.description)
        }
    }
}
