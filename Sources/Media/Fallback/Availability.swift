package import Transport

/// Whether a candidate can be tried at this moment.
package struct Availability: Sendable, Hashable {
    /// What is known of the provider.
    package var health: Health
    /// What its concurrency limit leaves.
    package var room: Room

    package init(health: Health = .ready, room: Room = .free) {
        self.health = health
        self.room = room
    }

    /// Whether a candidate is worth trying.
    package enum Health: Sendable, Hashable {
        /// Healthy, or half-open with nobody probing yet.
        case ready
        case cooling(until: Instant)
        /// Half-open, and another call is the probe.
        case probing
        /// Our key is refused or our account is empty.
        case circuitOpen(until: Instant)
        /// The model is gone there, until a reload.
        case dead
    }

    /// Whether a call may start, wait, or neither.
    package enum Room: Sendable, Hashable {
        case free
        /// Every place is taken, but the queue is not full.
        case queue
        case none
    }

    /// Whether it can be tried at once.
    var canStart: Bool {
        switch health {
        case .ready: room == .free
        case .cooling, .probing, .circuitOpen, .dead: false
        }
    }

    /// Why the candidate is passed over, in words; nil when it can be tried at once.
    package var obstacle: String? {
        switch health {
        case .dead: "the model is gone there"
        case .circuitOpen: "its key is refused"
        case .cooling: "cooling down"
        case .probing: "being probed"
        case .ready: room == .free ? nil : room == .queue ? "at its concurrency limit" : "its queue is full"
        }
    }

    /// Whether time alone will cure it soon.
    var isShortOfCapacity: Bool {
        switch health {
        case .dead, .circuitOpen: false
        case .cooling, .probing: true
        case .ready: room != .free
        }
    }
}
