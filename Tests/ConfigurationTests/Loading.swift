import CEmbedded
import Media
import Providers

@testable import Configuration

/// Loads texts as the file `z.yaml`.
enum Loading {
    static let types = ProviderRegistry.descriptions

    /// The shipped catalogue, as it is in the program.
    static let catalogue = [UInt8](unsafeUninitializedCapacity: zoe_catalogue_size()) { bytes, count in
        zoe_catalogue_copy(bytes.baseAddress)
        count = zoe_catalogue_size()
    }

    struct NoFile: Error, CustomStringConvertible {
        var description: String { "no such file" }
    }

    static func load(
        _ text: String?, environment: [String: String] = [:], files: [String: String] = [:], listen: String? = nil,
        types: [(type: String, description: ProviderDescription?)] = Loading.types, catalogue: [UInt8] = Loading.catalogue,
        validate: @escaping (ProviderSettings) throws(ConfigurationError) -> Void = { _ in }
    ) -> Result<GatewayConfiguration, ConfigurationMistakes> {
        let read = { (path: String) throws -> [UInt8] in
            if path == "z.yaml", let text { return Array(text.utf8) }
            guard let file = files[path] else { throw NoFile() }
            return Array(file.utf8)
        }
        return ConfigurationLoader.load(
            file: text == nil ? nil : "z.yaml", environment: environment, read: read,
            list: { folder in files.keys.filter { $0.hasPrefix(folder + "/") }.map { String($0.dropFirst(folder.count + 1)) } },
            types: types, catalogue: catalogue, listen: listen, validate: validate)
    }

    /// The lines of all mistakes; none for a text that is right.
    static func mistakes(_ text: String?, environment: [String: String] = [:], listen: String? = nil) -> [String] {
        switch load(text, environment: environment, listen: listen) {
        case .success: []
        case .failure(let mistakes): mistakes.mistakes.map(\.description)
        }
    }
}
