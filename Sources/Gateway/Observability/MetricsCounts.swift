import HTTP
import Media

/// What was counted since the start, by one loop or by all of them. It is found by place, for it is counted on the way of every request.
struct MetricCounts: Sendable {
    private(set) var routes: [RouteCounts] = []
    private(set) var providers: [ProviderCounts] = []
    private(set) var places: [PlaceCounts] = []
    /// Body bytes of answers.
    private(set) var sentBytes = 0
    /// Body bytes of requests.
    private(set) var receivedBytes = 0
    private(set) var images = 0
    private(set) var videos = 0
    private(set) var lag = MetricHistogram.ofLag

    mutating func count(_ request: Request, duration: Duration, sent: Int, received: Int) {
        routes[route(request.route)].count(request, duration)
        sentBytes += sent
        receivedBytes += received
    }

    /// - Parameter key: whose call it was.
    mutating func count(_ attempt: Attempt, by key: String, _ layout: inout MetricLayout) {
        guard !attempt.isUnrecorded else { return }
        let place = layout.place(of: attempt.candidate)
        places[place].count(attempt.outcome)
        if attempt.wasTried { providers[places[place].provider].count(attempt, by: key) }
    }

    mutating func count(_ made: MadeResults, _ layout: inout MetricLayout) {
        if made.isVideo { videos += made.number } else { images += made.number }
        made.forEachShare { share in places[layout.place(of: share.maker)].count(share, of: made) }
    }

    mutating func count(lag late: Duration) {
        lag.observe(late)
    }

    mutating func merge(_ other: MetricCounts) {
        for theirs in other.routes { routes[route(theirs.route)].merge(theirs) }
        for theirs in other.providers { providers[provider(theirs.name)].merge(theirs) }
        for theirs in other.places { places[place(theirs.place)].merge(theirs) }
        sentBytes += other.sentBytes
        receivedBytes += other.receivedBytes
        images += other.images
        videos += other.videos
        lag.merge(other.lag)
    }

    /// Makes room for what can be counted under the names of a configuration.
    mutating func layout(_ names: MetricNames) -> MetricLayout {
        MetricLayout(names) { place($0) }
    }
}

extension MetricCounts {
    // Where something is counted, new where nothing was yet.

    private mutating func route(_ name: String) -> Int {
        if let index = routes.firstIndex(where: { $0.route == name }) { return index }
        routes.append(RouteCounts(route: name))
        return routes.count - 1
    }

    private mutating func provider(_ name: String) -> Int {
        if let index = providers.firstIndex(where: { $0.name == name }) { return index }
        providers.append(ProviderCounts(name: name))
        return providers.count - 1
    }

    private mutating func place(_ place: Place) -> Int {
        if let index = places.firstIndex(where: { $0.place == place }) { return index }
        places.append(PlaceCounts(place, provider: provider(place.provider)))
        return places.count - 1
    }
}

/// Where the counts of a configuration's candidates are.
struct MetricLayout: Sendable {
    private let known: [Candidate: Int]
    /// By provider: of models that a pattern let through.
    private let others: [String: Int]
    private let stranger: Int
    /// What was found last: what is counted of a call is mostly of one candidate, and so are many calls.
    private var last = Candidate(provider: "", upstreamModel: "")
    private var lastPlace: Int

    /// - Parameter place: finds the counts of a place.
    fileprivate init(_ names: MetricNames, _ place: (MetricCounts.Place) -> Int) {
        let candidates = names.candidates.values.joined()
        known = Dictionary(
            uniqueKeysWithValues: candidates.map { ($0, place(.init(provider: names.provider(of: $0), model: $0.upstreamModel))) })
        others = Dictionary(uniqueKeysWithValues: names.providers.map { ($0, place(.init(provider: $0, model: MetricNames.other))) })
        stranger = place(.init(provider: MetricNames.other, model: MetricNames.other))
        lastPlace = stranger
    }

    mutating func place(of candidate: Candidate) -> Int {
        if last == candidate { return lastPlace }
        last = candidate
        lastPlace = known[candidate] ?? others[candidate.provider] ?? stranger
        return lastPlace
    }
}

extension Attempt.Outcome {
    /// One of a closed set of words.
    var metricName: String {
        switch self {
        case .succeeded: "succeeded"
        case .skipped: "skipped"
        case .failed(let error): MetricNames.snakeCase(error.kind.rawValue)
        }
    }
}
