import Media

/// Something that is to be written.
enum TaskWrite: Sendable {
    case insert(GenerationTask, IdempotencyClaim?)
    /// Writes nothing: a look at who has a claim, in turn with the inserts.
    case find(IdempotencyClaim)
    case save(GenerationTask, WebhookEvent?)
    case delete(String)
    /// Of the task with this id.
    case releaseClaim(String)
    case updateEvent(WebhookEvent)
    case removeEvent(String)
    case addUsage([(key: UsageKey, usage: Usage)])
    case removeUsage(before: CalendarDay)
}

/// What became of it.
enum TaskWriteOutcome: Sendable {
    case done
    /// The row was not there.
    case nothing
    /// The claim stands for this row already, which is this document.
    case claimed([UInt8], IdempotencyClaim)
}

/// Writes that wait for the next transaction.
struct WriteQueue<Element> {
    private var elements: [Element] = []
    private var isDraining = false
    let limit: Int
    var count: Int { elements.count }

    init(limit: Int) {
        self.limit = limit
    }

    /// What has to be done with a new element.
    enum Admission: Equatable {
        case refused
        /// Somebody is writing and will look again.
        case queued
        /// Nobody is writing: somebody has to begin.
        case begin
    }

    mutating func add(_ element: Element) -> Admission {
        guard elements.count < limit else { return .refused }
        elements.append(element)
        if isDraining { return .queued }
        isDraining = true
        return .begin
    }

    /// Everything that waits; whoever writes goes on.
    mutating func takeAll() -> [Element] {
        defer { elements = [] }
        return elements
    }

    /// What goes into the next transaction, in its order; empty: whoever writes may stop.
    mutating func next(_ count: Int) -> [Element] {
        let batch = Array(elements.prefix(count))
        elements.removeFirst(batch.count)
        if batch.isEmpty { isDraining = false }
        return batch
    }
}
