import HTTP
import Media
import Transport

extension TraceContext {
    /// Puts a request that is over among what is to be exported.
    @inline(never)
    func record(_ record: AccessRecord, _ match: Route.Match, _ delivery: HTTPDelivery, now: Instant) {
        guard let spans else { return }
        let route = RouteTemplate.text(of: record.path, match)
        let method = RequestMethod(record.method)
        var span = Span(
            self, id: self.span, parent: parent, name: route.map { "\(method.spanName) \($0)" } ?? method.spanName, kind: .server,
            begun: spans.time(record.started), ended: spans.time(now))
        span.add("http.request.method", method.name)
        span.add("http.route", route)
        // Who knows the name of a file may read it.
        span.add("url.path", route?.hasSuffix("/files/{id}") == true ? route : record.path)
        let status = delivery.isComplete ? record.status : 499
        span.add("http.response.status_code", .integer(status))
        span.add("zoetrope.request_id", record.requestID)
        span.add("zoetrope.caller", record.caller)
        span.add("zoetrope.model", record.model)
        span.add("zoetrope.task", record.task)
        let costs = record.attempts.compactMap(\.cost)
        span.add("zoetrope.cost", costs.isEmpty ? nil : .number(Money.rounded(costs.reduce(0, +))))
        if status >= 500 {
            span.isError = true
            span.add("error.type", String(status))
        }
        spans.add(span)
    }
}

/// Methods as OpenTelemetry's conventions write them: what is not known is one, for anybody can make one up.
private struct RequestMethod {
    let name: String
    let spanName: String

    private static let known: Set<HTTPMethod> = [.get, .head, .post, .put, .patch, .delete, .options, .connect, HTTPMethod("TRACE")]

    init(_ method: HTTPMethod) {
        let isKnown = RequestMethod.known.contains(method)
        name = isKnown ? method.rawValue : "_OTHER"
        spanName = isKnown ? method.rawValue : "HTTP"
    }
}
