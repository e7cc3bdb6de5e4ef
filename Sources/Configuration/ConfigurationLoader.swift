package import Media

/// Reads the configuration.
package enum ConfigurationLoader {
    /// The variable that names the file.
    package static let fileVariable = "ZOETROPE_CONFIG"
    /// The variable that names the providers to be used without a file, where not all whose variables are set are meant.
    package static let providersVariable = "ZOETROPE_PROVIDERS"
    /// The variable that holds an API key.
    package static let keyVariable = "ZOETROPE_API_KEY"
    /// The variable that holds the webhook secret of that key, and of callers without one.
    package static let webhookSecretVariable = "ZOETROPE_WEBHOOK_SECRET"

    /// One checked value, or all that is wrong. Without a file: built-in models, and the providers whose key variables are set.
    /// - Parameters:
    ///   - file: nil: what `ZOETROPE_CONFIG` names, else no file.
    ///   - read: the bytes of a file by its path; also asked for certificates, to see that they are there.
    ///   - list: the names in a folder by its path.
    ///   - types: the provider types that exist; those without a description take no settings.
    ///   - catalogue: the text of the shipped catalogue.
    ///   - listen: an address in place of `server.listen`.
    ///   - validate: a provider type's own check of its settings, called for each provider that is otherwise right.
    package static func load(
        file: String?, environment: [String: String], read: @escaping (String) throws -> [UInt8],
        list: @escaping (String) throws -> [String] = { _ in [] }, types: [(type: String, description: ProviderDescription?)],
        catalogue: [UInt8] = [], listen: String? = nil, validate: @escaping (ProviderSettings) throws(ConfigurationError) -> Void = { _ in }
    ) -> Result<GatewayConfiguration, ConfigurationMistakes> {
        let file = file ?? environment[fileVariable].flatMap { $0.isEmpty ? nil : $0 }
        let report = Report(file: file)
        let context = ReadingContext(
            environment: environment, read: read, list: list, types: ProviderTypes(types), catalogue: catalogue, listen: listen,
            validate: validate, report: report)
        let configuration = configuration(file: file, context: context)
        if let mistakes = report.summary { return .failure(mistakes) }
        guard let configuration else { preconditionFailure("no configuration, and nobody said why") }
        return .success(configuration)
    }

    /// nil where the file cannot be read at all, which the report then says.
    private static func configuration(file: String?, context: ReadingContext) -> GatewayConfiguration? {
        guard let file else { return GatewayConfiguration(Section<RootKey>(nil, at: nil, report: context.report), context: context) }
        let bytes: [UInt8]
        do {
            bytes = try context.read(file)
        } catch {
            context.report.add("cannot be read: \(error)")
            return nil
        }
        guard let root = YAMLDocument.read(bytes, environment: context.environment, report: context.report) else { return nil }
        return GatewayConfiguration(Section<RootKey>(root, at: nil, report: context.report), context: context)
    }
}

extension GatewayConfiguration {
    /// - Parameter root: a section without a line where there is no file.
    fileprivate init(_ root: Section<RootKey>, context: ReadingContext) {
        let access = Access(root, context: context)
        server = ServerSettings(root.section(.server), needsLocalListeners: access.isOpenByDefault, context: context)
        storage = StorageSettings(root.section(.storage))
        fallback = FallbackSettings(root.section(.fallback))
        fetch = FetchSettings(root.section(.fetch))
        let providers = Providers(root, context: context)
        self.providers = providers.settings
        catalogue = Catalogue.read(
            shipped: context.catalogue, own: context.ownCatalogue(of: root),
            besides: root.members(.models).map(\.name) + BuiltinModels.names, context: context)
        models = ModelCatalogue(root, providers: providers, catalogue: catalogue)
        defaults = ModelDefaults(root.section(.defaults), models: models)
        authentication = access.authentication
        isLocal = access.isOpenByDefault
        keys = access.keys
        environmentKey = access.environmentKey
        environmentWebhookSecret = access.environmentWebhookSecret
        tiers = access.tiers
        assumedPrice = AssumedPrice(root.section(.assumedPrice))
        let traces = Traces(context)
        self.traces = traces.settings
        notices = providers.notices + traces.notices
    }
}

extension ReadingContext {
    /// The file that `catalogue` names.
    fileprivate func ownCatalogue(of root: Section<RootKey>) -> (bytes: [UInt8], path: String)? {
        guard let path = readableFile(.catalogue, in: root), let bytes = try? read(path) else { return nil }
        return (bytes, path)
    }
}
