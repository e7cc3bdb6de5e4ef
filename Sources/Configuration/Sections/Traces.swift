import HTTP
import Media

/// What the environment says about exporting spans, under the names that OpenTelemetry has given
/// (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ and
/// https://opentelemetry.io/docs/specs/otel/protocol/exporter/). Such variables are often set for every program at once:
/// what is wrong with them is told, and keeps nobody from starting.
struct Traces {
    /// nil: nothing is exported.
    private(set) var settings: TraceSettings?
    private(set) var notices: [String] = []
    private let context: ReadingContext

    init(_ context: ReadingContext) {
        self.context = context
        guard context.variable("OTEL_SDK_DISABLED")?.lowercased() != "true", isWanted, let endpoint = endpoint() else { return }
        noteProtocol()
        settings = TraceSettings(
            endpoint: endpoint, headers: headers(), resource: resource(),
            timeout: duration(["OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT"]) ?? .seconds(10),
            interval: duration(["OTEL_BSP_SCHEDULE_DELAY"]) ?? .seconds(5))
        notices.append("traces are exported to \(endpoint.origin)\(endpoint.path)")
    }

    /// Exporters for traces are named, and this one is not among them: `none`, most likely.
    private var isWanted: Bool {
        guard let names = context.variable("OTEL_TRACES_EXPORTER") else { return true }
        return names.split(separator: ",").contains { OTelList.trimmed($0) == "otlp" }
    }

    /// The first of some variables that is set.
    private func first(_ names: [String]) -> (name: String, text: String)? {
        names.lazy.compactMap { name in context.variable(name).map { (name, $0) } }.first
    }

    private mutating func endpoint() -> HTTPURL? {
        let own = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
        guard let (name, text) = first([own, "OTEL_EXPORTER_OTLP_ENDPOINT"]) else { return nil }
        do throws(HTTPURLError) {
            let url = try HTTPURL(parsing: text)
            return name == own ? url : url.appending(path: "/v1/traces")
        } catch {
            notices.append("\(name): \(error.message); no traces are exported")
            return nil
        }
    }

    private mutating func noteProtocol() {
        guard let (name, text) = first(["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"]), text != "http/json" else {
            return
        }
        notices.append("\(name): only http/json is spoken here, and traces are sent in it; the collector must take it at this endpoint")
    }

    private mutating func headers() -> [TraceSettings.Header] {
        guard let (name, text) = first(["OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS"]) else { return [] }
        let (pairs, isWhole) = OTelList.pairs(of: text)
        let good = pairs.filter { Self.isHeader($0.name) && $0.value.utf8.allSatisfy { (0x20...0x7E).contains($0) } }
        if !isWhole || good.count < pairs.count { notices.append("\(name): holds what is no name=value of a header; that is left out") }
        return good.map { TraceSettings.Header(name: $0.name, value: Secret($0.value)) }
    }

    /// `OTEL_SERVICE_NAME` wins over the same in `OTEL_RESOURCE_ATTRIBUTES`.
    private mutating func resource() -> [TraceSettings.Attribute] {
        let name = "OTEL_RESOURCE_ATTRIBUTES"
        let (pairs, isWhole) = OTelList.pairs(of: context.variable(name) ?? "")
        if !isWhole { notices.append("\(name): holds what is no name=value; that is left out") }
        var attributes = pairs.map { TraceSettings.Attribute(name: $0.name, value: $0.value) }
        if let service = context.variable("OTEL_SERVICE_NAME") {
            attributes.removeAll { $0.name == "service.name" }
            attributes.insert(TraceSettings.Attribute(name: "service.name", value: service), at: 0)
        }
        return attributes
    }

    /// Milliseconds; nil where none is set, or what is set is no such number.
    private mutating func duration(_ names: [String]) -> Duration? {
        guard let (name, text) = first(names) else { return nil }
        do throws(InvalidValue) {
            return .milliseconds(try Parse.integer(text, in: 1...86_400_000))
        } catch {
            notices.append("\(name): the value \(error.message); the default is used")
            return nil
        }
    }

    /// A token (RFC 9110 §5.6.2), and none that the client writes itself.
    private static func isHeader(_ name: String) -> Bool {
        let marks = Set("!#$%&'*+-.^_`|~".utf8)
        let own = ["host", "connection", "content-length", "content-type", "transfer-encoding", "te", "trailer", "upgrade", "expect"]
        return !own.contains(name.lowercased())
            && name.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || marks.contains($0) }
    }
}
