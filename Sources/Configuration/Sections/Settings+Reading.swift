import Media

extension StorageSettings {
    init(_ section: Section<StorageKey>) {
        self.init()
        databasePath = section.value(.database, isSecret: true, Self.database) ?? databasePath
        mediaFolder = section.value(.media, Self.folder) ?? mediaFolder
        retention = section.value(.retention, Parse.duration) ?? retention
    }

    /// Not quoted when it is wrong: the address of a server may hold a password.
    private static func database(_ text: String) throws(InvalidValue) -> String {
        if text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") {
            throw InvalidValue("names PostgreSQL; this version keeps tasks in SQLite only: sqlite:data/zoetrope.db")
        }
        let isFile = text.hasPrefix("sqlite:") && !text.hasPrefix("sqlite://") && text != "sqlite:" && !text.hasSuffix("/")
        guard isFile, !text.utf8.contains(0) else {
            throw InvalidValue("is not sqlite: with the path of a file, such as sqlite:data/zoetrope.db")
        }
        return String(text.dropFirst(7))
    }

    private static func folder(_ text: String) throws(InvalidValue) -> String {
        guard text.hasPrefix("file:"), !text.hasPrefix("file://"), text != "file:", !text.utf8.contains(0) else {
            throw InvalidValue("is not a folder such as file:data/media")
        }
        return String(text.dropFirst(5))
    }
}

extension FallbackSettings {
    init(_ section: Section<FallbackKey>) {
        let ambiguous: Section<AmbiguousKey> = section.section(.ambiguous)
        self.init()
        deadline = section.value(.deadline, Parse.duration) ?? deadline
        attempts = section.integer(.attempts, in: 1...100) ?? attempts
        ambiguousImages = ambiguous.value(.images, Parse.choice) ?? ambiguousImages
        ambiguousVideos = ambiguous.value(.videos, Parse.choice) ?? ambiguousVideos
        cooldown = section.value(.cooldown, Self.cooldown) ?? cooldown
    }

    /// Outer nil never; inner nil: off.
    private static func cooldown(_ text: String) throws(InvalidValue) -> Duration? {
        if text == "off" { return .none }
        do throws(InvalidValue) {
            return try Parse.duration(text)
        } catch {
            throw InvalidValue("is neither off nor a duration such as 5s")
        }
    }
}

extension FetchSettings {
    init(_ section: Section<FetchKey>) {
        self.init()
        allow = FetchAllowList(section.values(.allow, Self.entry) ?? [])
        maximumBytes = section.value(.maximumBytes, Parse.size) ?? maximumBytes
    }

    private static func entry(_ text: String) throws(InvalidValue) -> FetchAllowList.Entry {
        guard let entry = FetchAllowList.Entry(parsing: text) else {
            throw InvalidValue("is neither host:port nor a block of addresses such as 10.0.0.0/8 or fd00::/8")
        }
        return entry
    }
}

extension ModelDefaults {
    init(_ section: Section<DefaultsKey>, models: ModelCatalogue) {
        self.init()
        image = Self.model(.image, in: section, of: models)
        video = Self.model(.video, in: section, of: models)
    }

    private static func model(_ key: DefaultsKey, in section: Section<DefaultsKey>, of models: ModelCatalogue) -> String? {
        section.value(key) { name throws(InvalidValue) in
            guard models.route(for: name) == nil else { return name }
            throw InvalidValue("is no model\(Suggestion.text(for: name, among: models.names + models.aliases.keys))")
        }
    }
}
