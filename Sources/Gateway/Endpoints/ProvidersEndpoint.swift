import HTTP
import Media

/// `GET /v1/providers`: how each provider does, as the fallback sees it.
struct ProvidersEndpoint: Sendable {
    let services: GatewayServices

    /// Details are for operators alone.
    @inline(never)
    func list(_ caller: Caller) async -> HTTPResponse {
        let (reports, metrics) = (reports, services.metrics)
        let data: [JSONValue]
        if caller.isOperator {
            let history = await metrics.history()
            data = reports.map { report in
                .object(report.details(history.total(of: report.name, minute: metrics.minute), services.spending.spend(at: report.name)))
            }
        } else {
            data = reports.map { .object($0.json) }
        }
        var response = HTTPResponse(json: ["object": "list", "data": .array(data)])
        response.fields.set(.cacheControl, "no-store")
        return response
    }

    /// Of all providers that are configured, by name.
    private var reports: [ProviderJSON] {
        let dispatcher = services.dispatcher
        let (now, wallClock) = (dispatcher.environment.now(), services.tasks.now())
        return services.metricNames.providers.map { name in
            ProviderJSON(
                name: name, type: dispatcher.upstreams[name]?.settings.type ?? "", standing: dispatcher.board.standing(of: name, now: now),
                now: now, wallClock: wallClock)
        }
    }
}
