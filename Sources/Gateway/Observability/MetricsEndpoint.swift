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
        writeSpend(to: &text)
        text.add("zoetrope_loop_lag_seconds", "How late the timers of the event loops are.", [([], lag)])
    }

    private func writeRequests(to text: inout MetricsText) {
        text.add(
            .counter, "zoetrope_requests_total", "Requests that are over; status 499 where the client left before the end.",
            routes.flatMap(\.answers).map { request, count in
                let labels = [
                    ("route", request.route), ("dialect", request.dialect.metricName), ("status", String(request.status)),
                ]
                return (labels, Double(count))
            })
        text.add(
            "zoetrope_request_duration_seconds", "From the head of a request to the last byte of its answer.",
            histograms(routes, \.durations) { [("route", $0.route)] })
        text.add(.counter, "zoetrope_bytes_sent_total", "Bytes of the bodies of answers.", Double(sentBytes))
        text.add(.counter, "zoetrope_bytes_received_total", "Bytes of the bodies of requests, as they came.", Double(receivedBytes))
    }

    private func writeAttempts(to text: inout MetricsText) {
        text.add(
            .counter, "zoetrope_attempts_total", "Attempts at providers, with the candidates that were passed over.",
            places.flatMap { place in
                place.outcomes.map { outcome, count in (place.place.labels + [("outcome", outcome)], Double(count)) }
            })
        text.add(
            "zoetrope_attempt_duration_seconds", "From the first deed of an attempt to its last byte.",
            histograms(providers, \.durations) { [("provider", $0.name)] })
    }

    private func writeResults(to text: inout MetricsText) {
        text.add(
            .counter, "zoetrope_results_total", "Images and videos that were made.",
            [("image", images), ("video", videos)].filter { $0.1 > 0 }.map { ([("kind", $0)], Double($1)) })
        text.add(
            "zoetrope_image_seconds", "Time of attempts for each image that they made.",
            histograms(places, \.imageTimes) { $0.place.labels })
        text.add(
            "zoetrope_video_second_seconds", "Time of attempts for each second of the videos that they made, where the length is known.",
            histograms(places, \.videoTimes) { $0.place.labels })
    }

    private func writeSpend(to text: inout MetricsText) {
        let spend = providers.flatMap { provider in
            zip(provider.spend.names, provider.spend.values).map { (labels: [("provider", provider.name), ("key", $0)], spend: $1) }
        }
        text.add(
            .counter, "zoetrope_spend_usd_total", "What attempts have cost, where that is known.",
            spend.compactMap { labels, spend in spend.known.map { (labels, $0) } })
        text.add(
            .counter, "zoetrope_spend_unknown_total", "Attempts that cost, or may have cost, nobody knows how much.",
            spend.filter { $0.spend.unknown > 0 }.map { ($0.labels, Double($0.spend.unknown)) })
    }

    /// Those in which something was observed, in the order of their labels.
    private func histograms<Counts>(
        _ all: [Counts], _ histogram: (Counts) -> MetricHistogram, _ labels: (Counts) -> MetricsText.Labels
    ) -> [(labels: MetricsText.Labels, histogram: MetricHistogram)] {
        let filled = all.map { (labels: labels($0), histogram: histogram($0)) }.filter { $0.histogram.count > 0 }
        return filled.sorted { $0.labels.map(\.value).lexicographicallyPrecedes($1.labels.map(\.value)) }
    }
}

extension MetricCounts.PlaceCounts {
    /// By the closed set of their words; those that were counted.
    fileprivate var outcomes: [(name: String, count: Int)] {
        let plain = [("succeeded", succeeded), ("skipped", skipped)].filter { $0.1 > 0 }
        return plain + failures.map { (MetricNames.snakeCase($0.key.rawValue), $0.value) }
    }
}
