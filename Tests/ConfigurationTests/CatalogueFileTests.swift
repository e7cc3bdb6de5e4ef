import Media
import Testing

@testable import Configuration

@Suite struct CatalogueFileTests {
    static let shipped = """
        models:
          cat:
            operations: [generate]
            price: { image: 0.1 }
            offers:
              - x/x-cat
              - { model: y/y-cat, price: { image: 0.2 }, mask: false }
          dog: { offers: [y/y-dog] }
        aliases:
          old-cat: { model: cat, notice: old-cat is now cat }
          kitty: cat
          old-dog: { model: dog, notice: gone }
        """
    static let types: [(type: String, description: ProviderDescription?)] = ["x", "y"].map { name in
        let variable = "\(name.uppercased())_KEY"
        return (name, ProviderDescription(name: name, documentation: "", keyVariable: variable, examples: []))
    }

    private func load(
        _ own: String? = nil, _ text: String? = nil, environment: [String: String] = ["X_KEY": "k", "Y_KEY": "k"]
    ) -> Result<GatewayConfiguration, ConfigurationMistakes> {
        let written = text ?? "providers: { x: { type: x }, y: { type: y } }"
        let file = own == nil ? written : "catalogue: own.yaml\n" + written
        return Loading.load(
            file, environment: environment, files: own.map { ["own.yaml": $0] } ?? [:], types: Self.types,
            catalogue: Array(Self.shipped.utf8))
    }

    private func mistakes(_ own: String) -> [String] {
        guard case .failure(let mistakes) = load(own) else { return [] }
        return mistakes.mistakes.map(\.description)
    }

    @Test func `models, offers, facts and aliases are read`() throws {
        let catalogue = try load().get().catalogue
        let common = ModelFacts(price: Price(image: 0.1))
        let own = ModelFacts(mask: false, price: Price(image: 0.2))
        #expect(
            catalogue.models == [
                CatalogueModel(
                    name: "cat", operations: [.generate],
                    offers: [
                        CatalogueOffer(type: "x", upstreamModel: "x-cat", facts: common),
                        CatalogueOffer(type: "y", upstreamModel: "y-cat", facts: own),
                    ]),
                CatalogueModel(name: "dog", offers: [CatalogueOffer(type: "y", upstreamModel: "y-dog", facts: ModelFacts())]),
            ])
        #expect(catalogue.aliases["old-cat"] == CatalogueAlias(model: "cat", notice: "old-cat is now cat"))
        #expect(catalogue.aliases["kitty"] == CatalogueAlias(model: "cat"))
    }

    @Test func `everything that can be known of a model is read`() throws {
        let own = """
            models:
              bird:
                offers: [{ model: x/a/b, operations: edit, inputs: 1-4, count: 3, sizes: [512x512, 1024x512], seconds: [5, 8-10], mask: true }]
                price: { second: 0.5, megapixel: 0.02 }
            """
        let facts = try load(own).get().catalogue.facts(of: "x")["a/b"]
        #expect(
            facts
                == ModelFacts(
                    operations: [.edit], inputs: 1...4, count: 3,
                    sizes: [.pixels(width: 512, height: 512), .pixels(width: 1024, height: 512)],
                    seconds: [5, 8, 9, 10], mask: true, price: Price(second: 0.5, megapixel: 0.02)))
    }

    @Test func `an operator's entry takes the place of the one of its name, and stands first`() throws {
        let configuration = try load("models: { dog: { offers: [x/x-dog] }, fox: { offers: [y/fox] } }").get()
        #expect(configuration.catalogue.models.map(\.name) == ["dog", "fox", "cat"])
        #expect(configuration.models.names.prefix(3) == ["dog", "fox", "cat"])
        #expect(configuration.models.route(for: "dog")?.candidates.map(\.description) == ["x/x-dog"])
        #expect(configuration.catalogue.aliases.count == 3)
    }

    @Test func `a name with nothing behind it is taken out`() throws {
        let configuration = try load("models: { cat: }\naliases: { old-dog: }").get()
        #expect(configuration.models.names.prefix(1) == ["dog"])
        for name in ["cat", "kitty", "old-cat", "old-dog"] { #expect(configuration.models.route(for: name) == nil, "\(name)") }
        #expect(configuration.models.notices.isEmpty)
    }

    @Test func `mistakes have the line and the file they are in, those of the configuration first`() {
        let own = """
            models:
              cat:
                offerz: []
              "a*": { offers: [x/a] }
              bird:
                inputs: 4-1
                count: 0
                sizes: ["16:9", 0x0]
                operations: [draw]
                offers: [x, { price: { image: -1 } }, /m, x/a b]
            aliases:
              old: { notice: n }
            model: 1
            """
        guard case .failure(let found) = load(own, "serve: 1") else { return #expect(Bool(false), "no mistake was found") }
        let lines = found.mistakes.map(\.description)
        #expect(lines.first == "z.yaml:2: serve: unknown key (did you mean \"server\"?)")
        let starts = [
            "own.yaml:3: models.cat.offerz: unknown key (did you mean \"offers\"?)", "own.yaml:3: models.cat.offers: is missing",
            "own.yaml:4: models.a*: is not a model name",
            "own.yaml:6: models.bird.inputs: \"4-1\" is neither a number nor a range such as 1-4",
            "own.yaml:7: models.bird.count: \"0\" is not a whole number from 1 to 100",
            "own.yaml:8: models.bird.sizes[0]: \"16:9\" is not a size such as 1024x1024",
            "own.yaml:8: models.bird.sizes[1]: \"0x0\" is not a size",
            "own.yaml:9: models.bird.operations[0]: \"draw\" is not one of generate, edit",
            "own.yaml:10: models.bird.offers[0]: \"x\" is not type/model", "own.yaml:10: models.bird.offers[1].model: is missing",
            "own.yaml:10: models.bird.offers[2]: \"/m\" is not type/model",
            "own.yaml:10: models.bird.offers[3]: \"x/a b\" is not type/model",
            "own.yaml:12: aliases.old.model: is missing", "own.yaml:13: model: unknown key",
        ]
        for start in starts { #expect(lines.contains { $0.hasPrefix(start) }, "\(start)") }
        #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("own.yaml:") })
        #expect(found.mistakes.dropFirst().compactMap(\.line) == found.mistakes.dropFirst().compactMap(\.line).sorted())
    }

    @Test(arguments: ["-4", "1-", "1--4", "a", "1-2-3", "1-9223372036854775807", "99999999999999999999", "", "1.5"])
    func `what is no range of seconds is a mistake`(text: String) {
        let line = "own.yaml:1: models.a.seconds: \"\(text)\" is neither a number nor a range such as 1-4"
        #expect(mistakes("models: { a: { offers: [x/a], seconds: \"\(text)\" } }") == [line])
    }

    @Test(arguments: [
        ("model: x/a, offers: [x/a]", "model: belongs to an offer"), ("offers: []", "offers: must name at least one offer"),
        ("offers:", "offers: must name at least one offer"), ("offers: x/a", "offers: must be a list"),
        ("offers: [{ model: x/a, offers: [x/b] }]", "offers[0].offers: cannot stand in an offer"),
        ("offers: [[x/a]]", "offers[0]: must be a single value"), ("offers: [x/a], price: 1", "price: must be a mapping of keys to values"),
    ])
    func `what would be passed over in silence is a mistake`(text: String, line: String) {
        #expect(mistakes("models: { a: { \(text) } }") == ["own.yaml:1: models.a.\(line)"])
    }

    @Test func `an offer of a type that there is not is a mistake`() {
        #expect(mistakes("models: { m: { offers: [z/m] } }") == ["own.yaml: m has an offer of \"z\", which is no provider type"])
    }

    @Test func `an alias of a model that there is not is a mistake`() {
        #expect(
            mistakes("aliases: { c: cta, kit: cat }") == ["own.yaml: c is an alias of \"cta\", which is no model (did you mean \"cat\"?)"])
    }

    @Test func `a file that is no YAML, or is not there, is one mistake`() {
        #expect(mistakes("models: [").first?.hasPrefix("own.yaml:") == true)
        #expect(mistakes("models: [").count == 1)
        let lines = Loading.mistakes("catalogue: none.yaml")
        #expect(lines == ["z.yaml:1: catalogue: \"none.yaml\" is no file that can be read: no such file"])
    }

    @Test func `a former name is told only where its model is served`() throws {
        let models = try load(nil, "providers: { x: { type: x } }").get().models
        #expect(models.route(for: "old-cat")?.model == "cat")
        #expect(models.notice(for: "old-cat") == Warning(field: "model", message: "old-cat is now cat"))
        #expect(models.route(for: "kitty")?.model == "cat")
        #expect(models.notice(for: "kitty") == nil && models.notice(for: "cat") == nil && models.notice(for: nil) == nil)
        #expect(models.route(for: "old-dog") == nil && models.notices["old-dog"] == nil)
    }

    @Test func `a name of the operator's own is no former name`() throws {
        let text = "providers: { x: { type: x } }\nmodels: { old-cat: { route: x/mine }, new: { route: x } }\naliases: { kitty: new }"
        let models = try load("aliases: { other: { model: new, notice: n } }", text).get().models
        #expect(models.route(for: "old-cat")?.candidates.map(\.description) == ["x/mine"])
        #expect(models.route(for: "kitty")?.model == "new")
        #expect(models.notices == ["other": "n"])
        #expect(models.route(for: "cat") == nil)
    }

    @Test func `candidates stand in the file's order of providers, and without a file in the catalogue's`() throws {
        let text = "providers: { b: { type: y }, a: { type: x } }"
        #expect(try load(nil, text).get().models.route(for: "cat")?.candidates.map(\.description) == ["b/y-cat", "a/x-cat"])
        let bare = Loading.load(
            nil, environment: ["X_KEY": "k", "Y_KEY": "k"], types: Self.types.reversed(), catalogue: Array(Self.shipped.utf8))
        #expect(try bare.get().models.route(for: "cat")?.candidates.map(\.description) == ["x/x-cat", "y/y-cat"])
    }

    @Test func `the shipped catalogue names each offer once, and has aliases of its own models`() {
        let report = Report(file: "catalogue.yaml")
        let reader = CatalogueReader(Loading.catalogue, [:], report)
        #expect(report.mistakes.isEmpty, "\(report.mistakes)")
        #expect(reader.removed.isEmpty)
        let names = Set(reader.catalogue.models.map(\.name))
        #expect(names.count == reader.catalogue.models.count && !names.isEmpty)
        for model in reader.catalogue.models {
            #expect(!model.offers.isEmpty, "\(model.name)")
            let offers = model.offers.map { "\($0.type)/\($0.upstreamModel)" }
            #expect(Set(offers).count == offers.count, "\(model.name)")
        }
        for (name, alias) in reader.catalogue.aliases { #expect(names.contains(alias.model) && !names.contains(name), "\(name)") }
    }
}
