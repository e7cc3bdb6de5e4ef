import Glibc
import Media
import Testing

@testable import Configuration

@Suite struct ShippedFilesTests {
    private static let folder = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" } + "/config/"

    private static func read(_ path: String) throws -> [UInt8] {
        let file = try #require(fopen(path, "r"))
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, file)
        return Array(bytes.prefix(count))
    }

    @Test func `the example starts as it is`() throws {
        let path = Self.folder + "zoetrope.yaml"
        let configuration = try ConfigurationLoader.load(
            file: path, environment: [:], read: Self.read, types: Loading.types, catalogue: Loading.catalogue
        ).get()
        #expect(configuration.providers.map(\.name) == ["test"])
        #expect(configuration.models.route(for: "demo")?.candidates.map(\.description) == ["test/503", "test/image"])
        #expect(configuration.defaults.image == "test/image")
    }

    @Test func `the example's values are the defaults`() throws {
        let path = Self.folder + "zoetrope.yaml"
        let example = try ConfigurationLoader.load(
            file: path, environment: [:], read: Self.read, types: Loading.types, catalogue: Loading.catalogue
        ).get()
        let plain = try Loading.load(nil).get()
        #expect(example.server == plain.server)
        #expect(example.storage == plain.storage)
        #expect(example.fallback == plain.fallback)
        #expect(example.fetch == plain.fetch)
    }

    @Test func `the example's commented providers and models are right, too`() throws {
        let text = String(decoding: try Self.read(Self.folder + "zoetrope.yaml"), as: UTF8.self)
        let uncommented = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.hasPrefix("  # ") && !line.contains("tls:") ? "  " + line.dropFirst(4) : String(line)
        }
        let keys = ["OPENAI_API_KEY": "a", "IMAGEROUTER_API_KEY": "b", "INFRON_API_KEY": "c", "FAL_KEY": "d"]
        let configuration = try Loading.load(uncommented.joined(separator: "\n"), environment: keys).get()
        #expect(configuration.providers.map(\.name) == ["test", "openai", "imagerouter", "infron", "fal", "studio", "webui"])
        #expect(configuration.models.route(for: "dall-e-3")?.candidates.count == 4)
    }

    @Test(arguments: KnownKeys.paths)
    func `each key is described`(path: String) throws {
        let text = String(decoding: try Self.read(Self.folder + "README.md"), as: UTF8.self)
        #expect(text.split(separator: "\n").contains { $0.hasPrefix("| `\(path)` |") })
    }

    @Test func `nothing is described that is no key`() throws {
        let text = String(decoding: try Self.read(Self.folder + "README.md"), as: UTF8.self)
        let table = text.split(separator: "## ").first { $0.hasPrefix("Keys\n") } ?? ""
        let described = table.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { $0.dropFirst(3).prefix { $0 != "`" } }
        #expect(Set(described.map(String.init)) == Set(KnownKeys.paths))
        #expect(described.count == KnownKeys.paths.count)
    }
}
