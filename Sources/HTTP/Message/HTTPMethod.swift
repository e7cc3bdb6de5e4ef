/// A request method; compares by its exact, case-sensitive name (RFC 9110 §9.1).
package struct HTTPMethod: Hashable, Sendable {
    package let rawValue: String

    package init(_ rawValue: String) {
        self.rawValue = rawValue
    }

    package static var get: HTTPMethod { HTTPMethod("GET") }
    package static var head: HTTPMethod { HTTPMethod("HEAD") }
    package static var post: HTTPMethod { HTTPMethod("POST") }
    package static var put: HTTPMethod { HTTPMethod("PUT") }
    package static var patch: HTTPMethod { HTTPMethod("PATCH") }
    package static var delete: HTTPMethod { HTTPMethod("DELETE") }
    package static var options: HTTPMethod { HTTPMethod("OPTIONS") }
    package static var connect: HTTPMethod { HTTPMethod("CONNECT") }
}
