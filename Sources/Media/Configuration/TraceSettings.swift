package import HTTP

/// Where spans are exported to, in OpenTelemetry's protocol over HTTP.
package struct TraceSettings: Sendable, Hashable {
    /// All of it, with the path.
    package var endpoint: HTTPURL
    /// Of every export; they may hold a key.
    package var headers: [Header]
    /// What the environment says of this process, in order.
    package var resource: [Attribute]
    /// For one export.
    package var timeout: Duration
    /// Between exports, where there is not enough for one before.
    package var interval: Duration

    package init(
        endpoint: HTTPURL, headers: [Header] = [], resource: [Attribute] = [], timeout: Duration = .seconds(10),
        interval: Duration = .seconds(5)
    ) {
        self.endpoint = endpoint
        self.headers = headers
        self.resource = resource
        self.timeout = timeout
        self.interval = interval
    }

    package struct Header: Sendable, Hashable {
        package var name: String
        package var value: Secret

        package init(name: String, value: Secret) {
            self.name = name
            self.value = value
        }
    }

    package struct Attribute: Sendable, Hashable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }
}
