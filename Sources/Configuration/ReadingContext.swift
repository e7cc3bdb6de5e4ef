import Media

/// What a configuration is read with: the world as parameters.
struct ReadingContext {
    var environment: [String: String]
    /// The bytes of a file by its path.
    var read: (String) throws -> [UInt8]
    /// The names in a folder.
    var list: (String) throws -> [String]
    var types: ProviderTypes
    /// The text of the shipped catalogue.
    var catalogue: [UInt8]
    /// `--listen`: takes the place of `server.listen`.
    var listen: String?
    /// A provider type's own check of its settings.
    var validate: (ProviderSettings) throws(ConfigurationError) -> Void
    var report: Report

    /// nil where it is not set, or empty.
    func variable(_ name: String) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A path whose file can be read; says so when it cannot.
    func readableFile<Key: SectionKey>(_ key: Key, in section: Section<Key>) -> String? {
        section.value(key) { path throws(InvalidValue) in
            do {
                _ = try read(try Parse.text(path))
            } catch let error as InvalidValue {
                throw error
            } catch {
                throw InvalidValue("is no file that can be read: \(error)")
            }
            return path
        }
    }
}
