import HTTP
import Media

/// What the provider types can do and what they want to know, as the documentation's tables: made from the providers themselves.
package enum ProviderTable {
    /// One line per type: operations of images and of videos, masks, inputs, and how many results one call gives.
    package static var abilities: String {
        let head = ["type", "provider", "images", "videos", "masks", "input images", "n per call"]
        return table(
            head,
            types.map { type, description in
                let all = capabilities(of: type, description)
                let operations = all.reduce(into: Set<GenerationRequest.Operation>()) { $0.formUnion($1.operations) }
                return [
                    "`\(type)`", "[\(description.name)](\(description.documentation))", words(operations, isVideo: false),
                    words(operations, isVideo: true), all.contains(where: \.acceptsMask) ? "yes" : "–", most(all.map(\.maximumInputs)),
                    most(all.map(\.maximumCount)),
                ]
            })
    }

    /// One line per type: variables and settings of its own.
    package static var settings: String {
        table(
            ["type", "variables", "keys of its own"],
            types.map { type, description in
                let variables = description.automatic.map { set in set.map { "`\($0)`" }.joined(separator: " and ") }
                let options = description.options.map { option in
                    "`\(option.name)`\(kind(option.kind))\(option.variable.map { " (`\($0)`)" } ?? "")"
                }
                return ["`\(type)`", joined(variables, by: " or "), joined(options, by: ", ")]
            })
    }

    private static var types: [(type: String, description: ProviderDescription)] {
        ProviderRegistry.descriptions.compactMap { entry in entry.description.map { (entry.type, $0) } }
    }

    /// Of the models that show what a type can do.
    private static func capabilities(of type: String, _ description: ProviderDescription) -> [Capabilities] {
        guard let provider = try? ProviderRegistry.make(exampleSettings(of: type, description)) else { return [] }
        return description.examples.map(provider.capabilities)
    }

    /// Settings with which everything works.
    static func exampleSettings(of type: String, _ description: ProviderDescription) -> ProviderSettings {
        var settings = ProviderSettings(name: type, type: type, apiKey: Secret("example-key"))
        if description.baseURLVariable != nil { settings.baseURL = try? HTTPURL(parsing: "https://example.invalid") }
        for option in description.options where option.kind == .secret { settings.secrets[option.name] = Secret("example-key") }
        description.example(&settings)
        return settings
    }

    private static func words(_ operations: Set<GenerationRequest.Operation>, isVideo: Bool) -> String {
        let names = GenerationRequest.Operation.allCases.filter { $0.isVideo == isVideo && operations.contains($0) }.map(word)
        return joined(names, by: ", ")
    }

    private static func word(_ operation: GenerationRequest.Operation) -> String {
        switch operation {
        case .generate, .video: "make"
        case .edit, .editVideo: "edit"
        case .vary: "vary"
        case .upscale: "upscale"
        case .removeBackground: "remove background"
        case .remixVideo: "remix"
        case .extendVideo: "extend"
        }
    }

    private static func kind(_ kind: ProviderOption.Kind) -> String {
        switch kind {
        case .text, .secret: ""
        case .file: ", a file"
        case .folder: ", a folder"
        }
    }

    private static func most(_ numbers: [Int]) -> String {
        let most = numbers.max() ?? 0
        return most == 0 ? "–" : String(most)
    }

    private static func joined(_ words: [String], by separator: String) -> String {
        words.isEmpty ? "–" : words.joined(separator: separator)
    }

    private static func table(_ head: [String], _ rows: [[String]]) -> String {
        ([head, head.map { _ in "---" }] + rows).map { "| \($0.joined(separator: " | ")) |" }.joined(separator: "\n")
    }
}
