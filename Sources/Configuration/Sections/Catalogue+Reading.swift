import Media

extension Catalogue {
    /// The shipped catalogue, with an operator's entries in place of those of the same name.
    /// - Parameters:
    ///   - shipped: the text of `config/catalogue.yaml`.
    ///   - own: an operator's file and its path.
    ///   - written: names of models in the configuration itself.
    static func read(
        shipped: [UInt8], own: (bytes: [UInt8], path: String)?, besides written: [String] = [], context: ReadingContext
    ) -> Catalogue {
        let report = Report(file: "catalogue.yaml")
        var catalogue = CatalogueReader(shipped, context.environment, report).catalogue
        if let mistakes = report.summary { preconditionFailure("the shipped catalogue is wrong: \(mistakes)") }
        guard let own else { return catalogue }
        let ownReport = Report(file: own.path)
        let reader = CatalogueReader(own.bytes, context.environment, ownReport)
        for (model, type) in reader.catalogue.foreignTypes(besides: context.types.names) {
            ownReport.add("\(model) has an offer of \(Scalars.quoted(type)), which is no provider type")
        }
        catalogue.replace(by: reader)
        let known = Set(catalogue.models.map(\.name)).union(written)
        for (name, alias) in reader.catalogue.aliases.sorted(by: { $0.key < $1.key }) where !known.contains(alias.model) {
            ownReport.add(
                "\(name) is an alias of \(Scalars.quoted(alias.model)), which is no model\(Suggestion.text(for: alias.model, among: known.sorted()))"
            )
        }
        context.report.add(contentsOf: ownReport)
        return catalogue
    }

    /// Models with offers of types that there are not.
    private func foreignTypes(besides known: [String]) -> [(model: String, type: String)] {
        models.flatMap { model in model.offers.map(\.type).filter { !known.contains($0) }.map { (model: model.name, type: $0) } }
    }

    private mutating func replace(by own: CatalogueReader) {
        let catalogue = own.catalogue
        let names = Set(catalogue.models.map(\.name)).union(own.removed)
        models = catalogue.models + models.filter { !names.contains($0.name) }
        aliases = aliases.filter { !own.removed.contains($0.key) }.merging(catalogue.aliases) { _, new in new }
    }
}

/// Reads a text such as `config/catalogue.yaml`.
struct CatalogueReader {
    let catalogue: Catalogue
    /// Names that are written with nothing behind them: entries to be taken out.
    let removed: Set<String>

    init(_ bytes: [UInt8], _ environment: [String: String], _ report: Report) {
        let root = Section<CatalogueKey>(YAMLDocument.read(bytes, environment: environment, report: report), at: nil, report: report)
        let models = root.members(.models)
        let aliases = root.members(.aliases)
        removed = Set((models + aliases).filter(\.value.isNull).map(\.name))
        catalogue = Catalogue(
            models: models.filter { !$0.value.isNull }.compactMap { CatalogueReader.model($0, report) },
            aliases: Dictionary(
                aliases.filter { !$0.value.isNull }.compactMap { CatalogueReader.alias($0, report) },
                uniquingKeysWith: { first, _ in first }))
    }

    private static func model(_ member: YAMLMember, _ report: Report) -> CatalogueModel? {
        let section = Section<CatalogueModelKey>(member.value, at: KeyPathText.member(member.name, of: "models"), report: report)
        guard ModelPattern(parsing: member.name) == .name(member.name) else {
            report.add("is not a model name", key: section.path, line: member.line)
            return nil
        }
        var facts = ModelFacts(section)
        let promised = facts.operations ?? []
        // Of an offer without operations of its own, its provider type knows best.
        facts.operations = nil
        if section.has(.model) { section.mistake(.model, "belongs to an offer") }
        switch section.node(.offers) {
        case nil: section.mistake(.offers, "is missing")
        case let node?: if node.isNull || node.content == .sequence([]) { section.mistake(.offers, "must name at least one offer") }
        }
        let offers = section.elements(.offers).enumerated().compactMap { index, node in
            offer(node, at: KeyPathText.element(index, of: section.path(of: .offers)), facts, report)
        }
        return CatalogueModel(name: member.name, operations: promised, offers: offers)
    }

    /// `type/model` alone, or with facts of its own.
    private static func offer(_ node: YAMLNode, at path: String, _ common: ModelFacts, _ report: Report) -> CatalogueOffer? {
        guard case .mapping = node.content else {
            return Scalars.value(of: node, at: path, report: report, name).map {
                CatalogueOffer(type: $0.type, upstreamModel: $0.model, facts: common)
            }
        }
        let section = Section<CatalogueModelKey>(node, at: path, report: report)
        if !section.has(.model) { section.mistake(.model, "is missing") }
        if section.has(.offers) { section.mistake(.offers, "cannot stand in an offer") }
        return section.value(.model, name).map {
            CatalogueOffer(type: $0.type, upstreamModel: $0.model, facts: ModelFacts(section).or(common))
        }
    }

    private static func name(_ text: String) throws(InvalidValue) -> (type: String, model: String) {
        let parts = text.split(separator: "/", maxSplits: 1)
        guard parts.count == 2, case .name(let model) = ModelPattern(parsing: String(parts[1])) else {
            throw InvalidValue("is not type/model")
        }
        return (String(parts[0]), model)
    }

    /// A model's name, or `{model, notice}`.
    private static func alias(_ member: YAMLMember, _ report: Report) -> (String, CatalogueAlias)? {
        let path = KeyPathText.member(member.name, of: "aliases")
        guard case .mapping = member.value.content else {
            return Scalars.value(of: member.value, at: path, report: report, Parse.text).map { (member.name, CatalogueAlias(model: $0)) }
        }
        let section = Section<CatalogueAliasKey>(member.value, at: path, report: report)
        if !section.has(.model) { section.mistake(.model, "is missing") }
        guard let model = section.value(.model, Parse.text) else { return nil }
        return (member.name, CatalogueAlias(model: model, notice: section.value(.notice, Parse.text)))
    }
}

extension ModelFacts {
    fileprivate init(_ section: Section<CatalogueModelKey>) {
        self.init(
            operations: section.values(.operations, Self.operation).map { Set($0) }, inputs: section.value(.inputs, Self.range),
            count: section.integer(.count, in: 1...100), sizes: section.values(.sizes, Self.size).map { Set($0) },
            seconds: section.values(.seconds, Self.seconds).map { $0.reduce(into: []) { $0.formUnion($1) } },
            mask: section.value(.mask, Parse.boolean), price: Price(section.section(.price)))
    }

    private static func operation(_ text: String) throws(InvalidValue) -> GenerationRequest.Operation {
        try Parse.choice(text)
    }

    /// `2`, or `1-4`; up to 1000.
    private static func range(_ text: String) throws(InvalidValue) -> ClosedRange<Int> {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard let low = ends.first.flatMap(\.self), let high = ends.last.flatMap(\.self), ends.count <= 2, low <= high,
            (0...1000).contains(low), high <= 1000
        else { throw InvalidValue("is neither a number nor a range such as 1-4") }
        return low...high
    }

    private static func seconds(_ text: String) throws(InvalidValue) -> Set<Int> { Set(try range(text)) }

    private static func size(_ text: String) throws(InvalidValue) -> Size {
        guard let ratio = AspectRatio(parsing: text), text.contains("x") else { throw InvalidValue("is not a size such as 1024x1024") }
        return .pixels(width: ratio.width, height: ratio.height)
    }
}

extension Price {
    /// nil where nothing is written.
    init?(_ section: Section<PriceKey>) {
        self.init(
            image: section.value(.image, Parse.price), second: section.value(.second, Parse.price),
            megapixel: section.value(.megapixel, Parse.price), byQuality: Self.qualities(section))
        if isEmpty { return nil }
    }

    private static func qualities(_ section: Section<PriceKey>) -> [String: Double] {
        let pairs = section.members(.quality).compactMap { member in
            let path = KeyPathText.member(member.name, of: section.path(of: .quality))
            return Scalars.value(of: member.value, at: path, report: section.report, Parse.price).map { (member.name, $0) }
        }
        return Dictionary(pairs) { first, _ in first }
    }
}
