import Media
import Testing

@Suite struct CatalogueTests {
    private static func offer(_ type: String, _ model: String, _ facts: ModelFacts = ModelFacts()) -> CatalogueOffer {
        CatalogueOffer(type: type, upstreamModel: model, facts: facts)
    }

    static let catalogue = Catalogue(models: [
        CatalogueModel(
            name: "cat",
            offers: [offer("x", "x-cat", ModelFacts(count: 1)), offer("y", "y-cat"), offer("x", "x-cat/edit", ModelFacts(count: 2))]),
        CatalogueModel(name: "dog", offers: [offer("y", "y-dog")]),
        CatalogueModel(name: "twin", offers: [offer("x", "x-cat", ModelFacts(count: 9))]),
    ])

    private func routes(_ providers: [(name: String, type: String)], ordered: Bool) -> [String] {
        Self.catalogue.entries(through: providers, ordered: ordered).map { entry in
            "\(entry.pattern): " + entry.route(for: "-").candidates.map(\.description).joined(separator: " ")
        }
    }

    @Test func `models that nobody carries are not served`() {
        #expect(routes([("a", "x")], ordered: false) == ["cat: a/x-cat a/x-cat/edit", "twin: a/x-cat"])
        #expect(routes([("a", "z")], ordered: false) == [])
        #expect(routes([], ordered: true) == [])
    }

    @Test func `candidates stand in the catalogue's order, or in the providers'`() {
        let providers = [("b", "y"), ("a", "x"), ("c", "x")].map { (name: $0.0, type: $0.1) }
        #expect(
            routes(providers, ordered: false) == [
                "cat: a/x-cat c/x-cat b/y-cat a/x-cat/edit c/x-cat/edit", "dog: b/y-dog", "twin: a/x-cat c/x-cat",
            ])
        #expect(
            routes(providers, ordered: true) == [
                "cat: b/y-cat a/x-cat a/x-cat/edit c/x-cat c/x-cat/edit", "dog: b/y-dog", "twin: a/x-cat c/x-cat",
            ])
    }

    @Test func `facts are found by type and upstream name, of two the first`() {
        let facts = Self.catalogue.facts(of: "x")
        #expect(facts.mapValues(\.count) == ["x-cat": 1, "x-cat/edit": 2])
        #expect(Self.catalogue.facts(of: "z").isEmpty)
    }

    @Test func `facts of an offer come before those of its model`() {
        let own = ModelFacts(count: 2, price: Price(image: 0.1))
        let common = ModelFacts(operations: [.edit], inputs: 1...2, count: 9, seconds: [5], mask: true, price: Price(second: 1))
        let both = own.or(common)
        #expect(both == ModelFacts(operations: [.edit], inputs: 1...2, count: 2, seconds: [5], mask: true, price: Price(image: 0.1)))
        #expect(ModelFacts().or(common) == common)
    }
}

@Suite struct ModelFactsTests {
    static let able = Capabilities(
        operations: [.generate, .edit], acceptsMask: true, minimumInputs: 1, maximumInputs: 4, maximumCount: 4)
    static let square = Size.pixels(width: 512, height: 512)
    static let wide = Size.pixels(width: 1024, height: 512)

    @Test func `facts narrow what a provider can, and never add to it`() {
        let facts = ModelFacts(operations: [.edit, .upscale], inputs: 2...8, count: 10, mask: true)
        let narrowed = Self.able.narrowed(by: facts)
        #expect(narrowed.operations == [.edit])
        #expect(narrowed.minimumInputs == 2)
        #expect(narrowed.maximumInputs == 4)
        #expect(narrowed.maximumCount == 4)
        #expect(!Capabilities().narrowed(by: ModelFacts(mask: true)).acceptsMask)
    }

    @Test func `lengths and least inputs are no facts of what is made from a video`() {
        let facts = ModelFacts(inputs: 1...2, seconds: [4, 8])
        let extends = Capabilities(operations: [.extendVideo], maximumInputs: 4, seconds: [7])
        let narrowed = extends.narrowed(by: facts, for: .extendVideo)
        #expect(narrowed.minimumInputs == 0 && narrowed.maximumInputs == 2 && narrowed.seconds == [7])
        let made = extends.narrowed(by: facts, for: .video)
        #expect(made.minimumInputs == 1 && made.seconds == [4, 8])
    }

    @Test func `what is not known changes nothing`() {
        let same = Self.able.narrowed(by: ModelFacts())
        #expect(same.operations == Self.able.operations && same.acceptsMask && same.sizes == nil && same.seconds == nil)
        #expect(same.minimumInputs == 1 && same.maximumInputs == 4 && same.maximumCount == 4)
    }

    @Test func `a model without masks takes none, and one with a smaller count makes fewer at once`() {
        let narrowed = Self.able.narrowed(by: ModelFacts(inputs: 0...1, count: 1, mask: false))
        #expect(!narrowed.acceptsMask)
        #expect(narrowed.minimumInputs == 1)
        #expect(narrowed.maximumInputs == 1)
        #expect(narrowed.maximumCount == 1)
    }

    @Test func `sizes are those that both know, and none where the provider takes shapes`() {
        let facts = ModelFacts(sizes: [Self.square, Self.wide])
        #expect(Self.able.narrowed(by: facts).sizes == [.auto, Self.square, Self.wide])
        #expect(Capabilities(sizes: [Self.square]).narrowed(by: facts).sizes == [Self.square])
        #expect(Capabilities(shapes: ShapeRule(["1:1"])).narrowed(by: facts).sizes == nil)
    }

    @Test func `lengths are the model's own`() {
        #expect(Self.able.narrowed(by: ModelFacts(seconds: [5, 10])).seconds == [5, 10])
        #expect(Capabilities(seconds: [4, 8, 12]).narrowed(by: ModelFacts(seconds: [4, 8])).seconds == [4, 8])
    }
}

@Suite struct PriceTests {
    static let large = Size.pixels(width: 2000, height: 1000)

    @Test(
        arguments: [
            (Price(image: 0.04), Size.auto, 3, 0.12), (Price(image: 0.04, megapixel: 9), large, 1, 0.04),
            (Price(megapixel: 0.01), large, 2, 0.04),
            (Price(megapixel: 0.01), .auto, 1, nil), (Price(second: 0.1), large, 1, nil), (Price(), large, 1, nil),
            (Price(image: 0), .auto, 2, 0),
        ] as [(Price, Size, Int, Double?)])
    func `a picture costs by the piece or by its pixels, and what is not known is not zero`(
        price: Price, size: Size, count: Int, cost: Double?
    ) {
        let found = price.cost(of: count, GenerationRequest(model: "m", size: size))
        #expect((found == nil) == (cost == nil))
        #expect(abs((found ?? 0) - (cost ?? 0)) < 1e-9)
    }

    @Test(arguments: [(8, 0.8), (nil, nil)] as [(Int?, Double?)])
    func `a video costs by its length, where that is known`(seconds: Int?, cost: Double?) {
        var request = GenerationRequest(operation: .video, model: "m", size: Self.large)
        request.seconds = seconds
        #expect(Price(image: 5, second: 0.1, megapixel: 5).cost(of: 1, request) == cost)
        #expect(Price(image: 5).cost(of: 1, request) == nil)
    }

    @Test func `a price without any amount is empty`() {
        #expect(Price().isEmpty)
        #expect(!Price(image: 0).isEmpty && !Price(second: 1).isEmpty && !Price(megapixel: 1).isEmpty)
    }
}
