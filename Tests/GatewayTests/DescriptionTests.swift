import Glibc
import HTTP
import Media
import Testing

@testable import Gateway

@Suite struct DescriptionTests {
    private static let folder = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" } + "/Sources/"

    private static func read(_ path: String) throws -> [UInt8] {
        let file = try #require(fopen(folder + path, "r"))
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, file)
        return Array(bytes.prefix(count))
    }

    /// What is described: each path with something in place of its parameters, and its methods.
    private static func calls() throws -> [String: Set<HTTPMethod>] {
        let document = try JSONValue(parsing: try read("CEmbedded/openapi.json"))
        let paths = try #require(document["paths"]?.object)
        return Dictionary(
            uniqueKeysWithValues: paths.map { path, item in
                let sample = path.split(separator: "/").map { $0.hasPrefix("{") ? "some" : String($0) }.joined(separator: "/")
                return ("/" + sample, Set((item.object ?? [:]).map { HTTPMethod($0.key.uppercased()) }))
            })
    }

    /// The name of a route's case.
    private static func name(_ match: Route.Match) -> String? {
        guard case .found(let route) = match else { return nil }
        return String("\(route)".prefix { $0 != "(" })
    }

    @Test func `the methods of every described path are those that it takes`() throws {
        for (path, methods) in try Self.calls() {
            guard case .wrongMethod(let taken) = Route.match(HTTPMethod("PATCH"), path: path) else {
                Issue.record("\(path) is nowhere")
                continue
            }
            #expect(methods == Set(taken).subtracting([.head]), "\(path)")
        }
    }

    @Test func `every route stands in the description`() throws {
        let source = String(decoding: try Self.read("Gateway/Route.swift"), as: UTF8.self)
        let lines = source.split(separator: "\n").prefix { !$0.contains("enum Match") }
        let cases = lines.filter { $0.hasPrefix("    case ") }.map { String($0.dropFirst(9).prefix { $0 != "(" }) }
        let calls = try Self.calls()
        let described = calls.flatMap { path, methods in methods.map { Self.name(Route.match($0, path: path)) } }
        #expect(Set(described) == Set(cases) && cases.count > 10)
        // One arm of the switch for each path that is not fixed; the console's are told by another function.
        let arms = source.split(separator: "\n").filter { $0.contains(", [.") }.count + FixedPath.all.count
        #expect(calls.keys.count { Route.consoleFile(at: $0) == nil } == arms)
    }

    @Test func `it is sent to everybody, and not again to who has it`() async {
        let services = GatewayServices.make()
        let answer = await services.send(.get, "/openapi.json", key: nil)
        #expect(answer.status == 200)
        let tag = answer.fields[.etag] ?? ""
        #expect(tag.count == 22)
        let again = await services.send(.get, "/v1/openapi.json", [.ifNoneMatch: "\"other\", W/\(tag)"], key: nil)
        #expect(again.status == 304 && again.bytes.isEmpty && again.fields[.etag] == tag)
    }
}
