import HTTP
import Media

/// An export request of OpenTelemetry's protocol as JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding): ids in
/// hexadecimal, numbers of 64 bits as texts, enumerations as numbers.
struct OTLPDocument: Sendable {
    private let resource: [Span.Attribute]
    private let version: String

    /// - Parameters:
    ///   - attributes: of the process, as the operator wrote them; they win over what is known here.
    ///   - version: of the program.
    init(resource attributes: [TraceSettings.Attribute], version: String) {
        var resource = [
            Span.Attribute(name: "service.name", value: .text("zoetrope")), Span.Attribute(name: "service.version", value: .text(version)),
        ]
        for attribute in attributes {
            resource.removeAll { $0.name == attribute.name }
            resource.append(Span.Attribute(name: attribute.name, value: .text(attribute.value)))
        }
        self.resource = resource
        self.version = version
    }

    func bytes(of spans: [Span]) -> [UInt8] {
        let scope: JSONValue = ["name": "zoetrope", "version": .string(version)]
        let scopeSpans: JSONValue = ["scope": scope, "spans": .array(spans.map { .object($0.json) })]
        let resourceSpans: JSONValue = [
            "resource": ["attributes": .array(resource.map(\.json))], "scopeSpans": .array([scopeSpans]),
        ]
        return JSONValue.object(["resourceSpans": .array([resourceSpans])]).serialized()
    }
}

extension Span {
    fileprivate var json: JSONObject {
        var json: JSONObject = ["traceId": .string(traceID), "spanId": .string(hexadecimal(id))]
        if let state { json["traceState"] = .string(state) }
        if let parent { json["parentSpanId"] = .string(parent) }
        json["name"] = .string(name)
        json["kind"] = .integer(kind.rawValue)
        json["startTimeUnixNano"] = .string(String(begun))
        json["endTimeUnixNano"] = .string(String(ended))
        json["attributes"] = .array(attributes.map(\.json))
        if isError { json["status"] = ["code": 2] }
        return json
    }
}

extension Span.Attribute {
    fileprivate var json: JSONValue {
        let value: JSONValue =
            switch value {
            case .text(let text): ["stringValue": .string(text)]
            case .integer(let number): ["intValue": .string(String(number))]
            case .number(let number): ["doubleValue": .number(number)]
            }
        return ["key": .string(name), "value": value]
    }
}
