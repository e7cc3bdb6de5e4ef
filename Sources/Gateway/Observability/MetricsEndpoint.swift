import HTTP
import Media
import Transport

/// `GET /metrics`: everything that is counted, for Prometheus.
struct MetricsEndpoint: Sendable {
    let services: GatewayServices

    func answer() async -> HTTPResponse {
        let counts = await services.metrics.counts()
        let process = await BlockingPool.files.run { ProcessFacts.read() }
        let gauges = MetricGauges(
            services.metricNames, board: services.dispatcher.board, tasks: services.tasks, now: services.dispatcher.environment.now())
        var text = MetricsText()
        text.add(.gauge, "zoetrope_build_info", "The version that runs.", [([("version", services.metrics.version)], 1)])
        counts.write(to: &text)
        gauges.write(to: &text)
        text.add(
            .counter, "zoetrope_trace_spans_dropped_total", "Spans that were to be exported and were not.",
            Double(services.spans?.dropped ?? 0))
        services.metrics.writeConnections(to: &text)
        services.metrics.writeStore(to: &text)
        process.write(startedAt: services.metrics.started, to: &text)
        let fields: HTTPFields = [.contentType: "text/plain; version=0.0.4; charset=utf-8", .cacheControl: "no-store"]
        return HTTPResponse(status: 200, fields: fields, body: HTTPBody(text.bytes))
    }
}

extension MetricCounts {
    fileprivate func write(to text: inout MetricsText) {
        writeRequests(to: &text)
        writeAttempts(to: &text)
        writeResults(to: &text)
        text.add(.counter, "zoetrope_spend_usd_total", "What attempts have cost, where that is known.", spend.map(MetricCounts.sample))
        text.add(
            .counter, "zoetrope_spend_unknown_total", "Attempts that cost, or may have cost, nobody knows how much.",
            unknownSpend.map { MetricCounts.sample($0.key, Double($0.value)) })
        text.add("zoetrope_loop_lag_seconds", "How late the timers of the event loops are.", ["": lag], by: nil)
    }

    private func writeRequests(to text: inout MetricsText) {
        text.add(
            .counter, "zoetrope_requests_total", "Requests that are over; status 499 where the client left before the end.",
            requests.map { request, count in
                let labels = [
                    ("route", request.route), ("dialect", request.dialect.metricName), ("status", String(request.status)),
                ]
                return (labels, Double(count))
            })
        text.add(
            "zoetrope_request_duration_seconds", "From the head of a request to the last byte of its answer.", requestDurations, by: "route"
        )
        text.add(.counter, "zoetrope_bytes_sent_total", "Bytes of the bodies of answers.", Double(sentBytes))
        text.add(.counter, "zoetrope_bytes_received_total", "Bytes of the bodies of requests, as they came.", Double(receivedBytes))
    }

    private func writeAttempts(to text: inout MetricsText) {
        text.add(
            .counter, "zoetrope_attempts_total", "Attempts at providers, with the candidates that were passed over.",
            attempts.map { attempt, count in
                ([("provider", attempt.provider), ("model", attempt.model), ("outcome", attempt.outcome)], Double(count))
            })
        text.add(
            "zoetrope_attempt_duration_seconds", "From the first deed of an attempt to its last byte.", attemptDurations, by: "provider")
    }

    private func writeResults(to text: inout MetricsText) {
        func sorted(_ times: [Place: MetricHistogram]) -> [(labels: MetricsText.Labels, histogram: MetricHistogram)] {
            times.sorted { ($0.key.provider, $0.key.model) < ($1.key.provider, $1.key.model) }.map { ($0.key.labels, $0.value) }
        }
        text.add(
            .counter, "zoetrope_results_total", "Images and videos that were made.",
            results.map { ([("kind", $0.key)], Double($0.value)) })
        text.add("zoetrope_image_seconds", "Time of attempts for each image that they made.", sorted(imageTimes))
        text.add(
            "zoetrope_video_second_seconds", "Time of attempts for each second of the videos that they made, where the length is known.",
            sorted(videoTimes))
    }

    private static func sample(_ account: Account, _ value: Double) -> (labels: MetricsText.Labels, value: Double) {
        ([("provider", account.provider), ("key", account.key)], value)
    }
}
