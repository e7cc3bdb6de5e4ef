import HTTP
import Transport

/// A listener's address as clients on this machine write it.
enum PublicAddress {
    static func text(of address: SocketAddress, scheme: String) -> String {
        guard !address.isUnix else { return "unix" }
        let isAny = address.ip.allSatisfy { $0 == 0 }
        return isAny ? "\(scheme)://localhost:\(address.port)" : "\(scheme)://\(address)"
    }

    /// The base of the URLs handed out when the operator named none.
    static func url(_ texts: [String]) -> HTTPURL {
        for text in texts {
            if let url = try? HTTPURL(parsing: text) { return url }
        }
        guard let fallback = try? HTTPURL(parsing: "http://localhost:8080") else { preconditionFailure("a constant URL") }
        return fallback
    }
}

/// What `zoetrope serve` prints when it is ready.
enum Greeting {
    static func text(_ urls: [String], needsKey: Bool, version: String) -> String {
        let base = urls.first { $0 != "unix" } ?? "http://localhost"
        let key = needsKey ? " -H \"Authorization: Bearer $ZOETROPE_API_KEY\"" : ""
        let listening = urls.map { "listening on \($0)" }.joined(separator: "\n")
        return """
            zoetrope \(version)
            \(listening)
            Try:
              curl -s \(base)/v1/images/generations\(key) -H 'Accept: image/png' -H 'Content-Type: application/json' -d '{"model":"test/image","prompt":"Hello, Zoetrope"}' -o hello.png
              curl -s \(base)/v1/images/edits\(key) -F model=test/image -F prompt='Add a frame' -F image=@hello.png
              curl -s \(base)/v1/videos\(key) -F model=test/video -F prompt='Hello, Zoetrope' -F seconds=4   # then GET /v1/videos/{id}, …/content
              curl -si \(base)/v1/images/generations\(key) -H 'Content-Type: application/json' -d '{"model":"test/fallback","prompt":"Watch the fallback"}'
            """
    }
}
