import Media
import Testing

@testable import Configuration

@Suite struct ModelCatalogueTests {
    private func models(_ text: String) throws -> ModelCatalogue { try Loading.load(text).get().models }

    @Test(arguments: [
        ("a", "a", ["test/a"]), ("b", "b", ["test/x/y", "test/b"]), ("other", "a", ["test/a"]), ("p/1", "p/1", ["test/p/1"]),
        ("p/q/1", "p/q/1", ["test/long"]), ("p/exact", "p/exact", ["test/exact"]), ("short", "p/q/z", ["test/long"]),
        ("p/", "p/", ["test/p/"]),
    ])
    func `names, aliases and patterns find their routes`(name: String, model: String, candidates: [String]) throws {
        let text = """
            models:
              a: { route: test }
              "p/*": { route: [test] }
              "p/q/*": { route: [test/long] }
              p/exact: { route: [test/exact] }
              b: { route: [test/x/y, test] }
            aliases: { other: a, short: p/q/z }
            """
        let route = try models(text).route(for: name)
        #expect(route?.model == model)
        #expect(route?.candidates.map(\.description) == candidates)
    }

    @Test(arguments: ["", "A", "test/", "test/none", "a*", "test/*"])
    func `other names are not served`(name: String) throws {
        #expect(try models("models: { a: { route: test } }").route(for: name) == nil)
    }

    @Test func `built-in models yield to models of their name and to no pattern`() throws {
        let models = try models("models: { test/429: { route: [test/image] }, \"test/*\": { route: [test/slow] } }")
        #expect(models.route(for: "test/429")?.candidates.map(\.description) == ["test/image"])
        #expect(models.route(for: "test/503")?.candidates.map(\.description) == ["test/503"])
        #expect(models.route(for: "test/new")?.candidates.map(\.description) == ["test/slow"])
        #expect(models.names.filter { $0 == "test/429" }.count == 1)
        #expect(models.names.first == "test/429")
    }

    @Test func `a built-in alias yields to a model of its name`() throws {
        let models = try models("models: { test/test: { route: [test/slow] } }")
        #expect(models.route(for: "test/test")?.candidates.map(\.description) == ["test/slow"])
        #expect(models.aliases["test/test"] == nil)
    }

    @Test func `aliases of a model are told in order`() throws {
        #expect(try models("aliases: { b: test/image, a: test/image }").aliases(of: "test/image") == ["a", "b", "test/test"])
    }

    @Test(arguments: ["", "*x", "a*b", "a b", "a**", "a\n"])
    func `what cannot be a model's name is refused`(text: String) {
        #expect(ModelPattern(parsing: text) == nil)
    }

    @Test func `a star alone stands for every model`() {
        #expect(ModelPattern(parsing: "*") == .prefix(""))
        #expect(ModelPattern(parsing: "*")?.description == "*")
    }
}
