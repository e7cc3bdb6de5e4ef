/// What a provider type is called, where its settings come from, and what shows what it can do.
package struct ProviderDescription: Sendable {
    /// For people: `Black Forest Labs`.
    package var name: String
    /// The address of its documentation.
    package var documentation: String
    /// Holds the key where neither `api_key` nor `base_url` is written; nil: the type takes its key from elsewhere, or needs none.
    package var keyVariable: String?
    /// Holds the base URL where none is written.
    package var baseURLVariable: String?
    /// Settings of this type alone.
    package var options: [ProviderOption]
    /// Sets of variables, each of which is enough to use the provider without a file.
    package var automatic: [[String]]
    /// Calls at once where the operator names no number.
    package var maximumConcurrent: Int?
    /// Upstream models whose capabilities together show what the type can do.
    package var examples: [String]
    /// Adds settings with which everything works, beside a key and whatever else is secret.
    package var example: @Sendable (inout ProviderSettings) -> Void

    /// - Parameter automatic: nil: the key's variable and the base URL's, where there are such.
    package init(
        name: String, documentation: String, keyVariable: String? = nil, baseURLVariable: String? = nil, options: [ProviderOption] = [],
        automatic: [[String]]? = nil, maximumConcurrent: Int? = nil, examples: [String],
        example: @escaping @Sendable (inout ProviderSettings) -> Void = { _ in }
    ) {
        self.name = name
        self.documentation = documentation
        self.keyVariable = keyVariable
        self.baseURLVariable = baseURLVariable
        self.options = options
        self.automatic = automatic ?? keyVariable.map { [[$0] + [baseURLVariable].compactMap(\.self)] } ?? []
        self.maximumConcurrent = maximumConcurrent
        self.examples = examples
        self.example = example
    }
}

/// A setting that only one provider type has.
package struct ProviderOption: Sendable, Hashable {
    /// The key under `providers.NAME`.
    package var name: String
    package var kind: Kind
    /// Holds the value where none is written.
    package var variable: String?

    package init(_ name: String, _ kind: Kind = .text, variable: String? = nil) {
        self.name = name
        self.kind = kind
        self.variable = variable
    }

    package enum Kind: Sendable, Hashable {
        /// In `ProviderSettings.options`.
        case text
        /// In `ProviderSettings.secrets`.
        case secret
        /// A path; the file's bytes are in `ProviderSettings.documents` under the option's name.
        case file
        /// A path; its `.json` files are in `ProviderSettings.documents` under their names without the ending.
        case folder
    }
}
