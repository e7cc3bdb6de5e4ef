import Glibc
import Providers
import Testing

@Suite struct ProviderTableTests {
    private static let root = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" } + "/"

    private static func text(of path: String) throws -> String {
        let file = try #require(fopen(root + path, "r"), "\(path) is not there")
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    /// What `make provider-tables` writes between the marks of a file.
    private static func written(_ table: String, in path: String) throws -> String? {
        let parts = try text(of: path).components(around: "<!-- providers: \(table) -->\n")
        return parts?.after.components(around: "\n<!-- end of providers -->")?.before
    }

    @Test func `README tells what each type can make`() throws {
        #expect(try Self.written("abilities", in: "README.md") == ProviderTable.abilities, "run: make provider-tables")
    }

    @Test func `the configuration's README tells the settings of each type`() throws {
        #expect(try Self.written("settings", in: "config/README.md") == ProviderTable.settings, "run: make provider-tables")
    }

    @Test(arguments: ProviderRegistry.descriptions.map(\.type))
    func `each type is described`(type: String) throws {
        let lines = try Self.text(of: "docs/providers.md").split(separator: "\n")
        #expect(lines.contains { $0 == "### \(type)" || $0 == "## \(type)" })
    }

    @Test func `every type shows what it can make`() {
        let rows = ProviderTable.abilities.split(separator: "\n").dropFirst(2)
        for row in rows { #expect(!row.contains("| – | – | – | – | – |"), "nothing can be made by \(row)") }
    }
}

extension String {
    /// What stands before and behind the first place of a text; nil where it is not there.
    fileprivate func components(around text: String) -> (before: String, after: String)? {
        guard let range = firstRange(of: text) else { return nil }
        return (String(self[..<range.lowerBound]), String(self[range.upperBound...]))
    }
}
