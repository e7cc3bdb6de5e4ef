import Media

/// Which of the due events are told next: soonest first, so many at once, so many of one owner.
struct WebhookQueue: Sendable {
    /// Events that are looked for at once.
    static let pageSize = 512
    /// Of one owner that are kept waiting here when a page is full.
    static let share = 128

    private let maximumInFlight: Int
    private let maximumPerOwner: Int
    private var waiting: [WebhookEvent] = []
    /// Owners by event id.
    private var inFlight: [String: String] = [:]
    /// Ended since the last look began: that look may still have seen them.
    private var ended: Set<String> = []
    /// Events that the store could not be told the end of, and when they may be told again (seconds since 1970).
    private var held: [String: Int] = [:]

    init(maximumInFlight: Int = 16, maximumPerOwner: Int = 2) {
        self.maximumInFlight = maximumInFlight
        self.maximumPerOwner = maximumPerOwner
    }

    /// Call before the store is asked for due events.
    mutating func beginLook(at time: Int) {
        ended = []
        held = held.filter { $0.value > time }
    }

    /// Takes what the store knew of.
    /// - Returns: what does not fit because its owner has too much waiting: to be put off, so that others come into the next page.
    mutating func add(_ page: [WebhookEvent]) -> [WebhookEvent] {
        waiting = page.filter { inFlight[$0.id] == nil && !ended.contains($0.id) && held[$0.id] == nil }
        guard page.count >= WebhookQueue.pageSize else { return [] }
        var counts: [String: Int] = [:]
        var surplus: [WebhookEvent] = []
        waiting.removeAll { event in
            counts[event.owner, default: 0] += 1
            guard counts[event.owner, default: 0] > WebhookQueue.share else { return false }
            surplus.append(event)
            return true
        }
        return surplus
    }

    /// The next event to tell; nil: none can be told now.
    mutating func next() -> WebhookEvent? {
        guard inFlight.count < maximumInFlight else { return nil }
        guard let index = waiting.firstIndex(where: { running(of: $0.owner) < maximumPerOwner }) else { return nil }
        let event = waiting.remove(at: index)
        inFlight[event.id] = event.owner
        return event
    }

    /// - Parameter heldUntil: the store does not know of the end; seconds since 1970.
    mutating func finish(_ id: String, heldUntil: Int? = nil) {
        inFlight[id] = nil
        ended.insert(id)
        if let heldUntil { held[id] = heldUntil }
    }

    /// Deliveries under way.
    var inFlightCount: Int { inFlight.count }
    /// Known and not begun.
    var waitingCount: Int { waiting.count }

    private func running(of owner: String) -> Int {
        inFlight.values.count { $0 == owner }
    }
}
