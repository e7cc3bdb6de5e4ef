import HTTP
import Media
import Testing

@testable import Configuration

@Suite struct `Where traces go` {
    private func read(_ environment: [String: String]) throws -> (settings: TraceSettings?, notices: [String]) {
        let configuration = try Loading.load(nil, environment: environment).get()
        return (configuration.traces, configuration.notices)
    }

    @Test(arguments: [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318", "http://collector:4318/v1/traces"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://10.0.0.9:4318/otlp/", "http://10.0.0.9:4318/otlp/v1/traces"),
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://collector/in", "https://collector/in"),
    ])
    func `is named by a variable`(name: String, value: String, endpoint: String) throws {
        let (settings, notices) = try read([name: value])
        #expect(settings?.endpoint.description == endpoint)
        #expect(settings?.timeout == .seconds(10) && settings?.interval == .seconds(5))
        #expect(notices == ["traces are exported to \(endpoint)"])
    }

    @Test(arguments: [
        [:], ["OTEL_EXPORTER_OTLP_ENDPOINT": ""], ["OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318", "OTEL_SDK_DISABLED": "True"],
        ["OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318", "OTEL_TRACES_EXPORTER": "none"],
    ])
    func `is nowhere without one, or where it is turned off`(environment: [String: String]) throws {
        let (settings, notices) = try read(environment)
        #expect(settings == nil && notices.isEmpty)
    }

    @Test func `has headers and names of its own`() throws {
        let (settings, notices) = try read([
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318", "OTEL_EXPORTER_OTLP_HEADERS": "x-other=1",
            "OTEL_EXPORTER_OTLP_TRACES_HEADERS": " authorization = Basic%20YTpi , api-key=k=1 ", "OTEL_EXPORTER_OTLP_TIMEOUT": "1500",
            "OTEL_BSP_SCHEDULE_DELAY": "250", "OTEL_SERVICE_NAME": "pictures",
            "OTEL_RESOURCE_ATTRIBUTES": "service.name=other,deployment.environment=caf%C3%A9",
        ])
        #expect(settings?.headers.map { "\($0.name): \($0.value.value)" } == ["authorization: Basic YTpi", "api-key: k=1"])
        #expect(settings?.resource.map { "\($0.name)=\($0.value)" } == ["service.name=pictures", "deployment.environment=café"])
        #expect(settings?.timeout == .milliseconds(1_500) && settings?.interval == .milliseconds(250))
        #expect(notices.count == 1)
    }

    @Test(arguments: [
        ["OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"], ["OTEL_EXPORTER_OTLP_HEADERS": "a=1,b"], ["OTEL_EXPORTER_OTLP_HEADERS": "host=x"],
        ["OTEL_RESOURCE_ATTRIBUTES": "a=%zz"], ["OTEL_EXPORTER_OTLP_TIMEOUT": "soon"],
    ])
    func `is told once where something is wrong, and used`(environment: [String: String]) throws {
        let (settings, notices) = try read(environment.merging(["OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318"]) { first, _ in first })
        #expect(settings != nil)
        #expect(notices.count == 2 && notices.first?.hasPrefix(environment.keys.first ?? "?") == true)
    }

    @Test func `is nowhere where it is no address, and the address is not quoted`() throws {
        let (settings, notices) = try read(["OTEL_EXPORTER_OTLP_ENDPOINT": "http://user:hidden@c:4318"])
        #expect(settings == nil && notices.count == 1 && notices.first?.contains("hidden") == false)
    }
}
