/// A queue that serves its keys in turn, and each key's elements in the order in which they came.
///
/// Adding, taking and removing take constant time on the average.
struct FairQueue<Key: Hashable & Sendable, Element: Sendable>: Sendable {
    /// Names an element while it waits.
    struct Ticket: Hashable, Sendable {
        fileprivate let number: UInt64
    }

    private struct Line: Sendable {
        /// Tickets of elements that were removed stay until they are met.
        var tickets = FirstInFirstOut<Ticket>()
        var waiting = 0
    }

    private var elements: [Ticket: (key: Key, element: Element)] = [:]
    private var lines: [Key: Line] = [:]
    /// Every key that has a line, once.
    private var turns = FirstInFirstOut<Key>()
    private var lastNumber: UInt64 = 0

    var count: Int { elements.count }
    var isEmpty: Bool { elements.isEmpty }

    /// Adds an element to the end of its key's line; a new line has its first turn after all others.
    @discardableResult
    mutating func push(_ element: Element, for key: Key) -> Ticket {
        lastNumber += 1
        let ticket = Ticket(number: lastNumber)
        elements[ticket] = (key, element)
        if lines[key] == nil { turns.append(key) }
        lines[key, default: Line()].tickets.append(ticket)
        lines[key, default: Line()].waiting += 1
        return ticket
    }

    /// The next element of the key whose turn it is; nil when nothing waits.
    mutating func pop() -> Element? {
        while let key = turns.popFirst() {
            guard let element = popElement(of: key) else { continue }
            if lines[key] != nil { turns.append(key) }
            return element
        }
        return nil
    }

    /// Takes the first of a line, and the line away when nothing is left in it.
    private mutating func popElement(of key: Key) -> Element? {
        while let ticket = lines[key]?.tickets.popFirst() {
            guard let element = elements.removeValue(forKey: ticket)?.element else { continue }
            lines[key]?.waiting -= 1
            if lines[key]?.waiting == 0 { lines[key] = nil }
            return element
        }
        lines[key] = nil
        return nil
    }

    /// Takes an element out before its turn; nil when it waits no more.
    @discardableResult
    mutating func remove(_ ticket: Ticket) -> Element? {
        guard let (key, element) = elements.removeValue(forKey: ticket) else { return nil }
        lines[key]?.waiting -= 1
        if let line = lines[key], line.tickets.count > 2 * line.waiting + 16 {
            lines[key]?.tickets.keep { elements[$0] != nil }
        }
        return element
    }

    /// Takes all elements out that are meant, oldest first.
    @discardableResult
    mutating func removeAll(where isMeant: (Element) -> Bool) -> [Element] {
        let tickets = elements.filter { isMeant($0.value.element) }.keys
        return tickets.sorted { $0.number < $1.number }.compactMap { remove($0) }
    }
}

/// An array that is taken from at the front.
struct FirstInFirstOut<Element: Sendable>: Sendable {
    private var elements: [Element] = []
    private var head = 0

    var count: Int { elements.count - head }
    var first: Element? { head < elements.count ? elements[head] : nil }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func popFirst() -> Element? {
        guard head < elements.count else { return nil }
        defer {
            head += 1
            // Half of the array is gone: what is moved now was paid for by what was taken.
            if head >= 32, head * 2 >= elements.count { drop() }
        }
        return elements[head]
    }

    mutating func keep(_ isKept: (Element) -> Bool) {
        drop()
        elements.removeAll { !isKept($0) }
    }

    private mutating func drop() {
        elements.removeFirst(head)
        head = 0
    }
}

/// Decides which tasks run: so many at once, and the owners in turn.
struct TaskScheduler: Sendable {
    /// Tasks at once; at least 1.
    let maximumRunning: Int
    private var running: Set<String> = []
    private var waiting: [String: FairQueue<String, String>.Ticket] = [:]
    private var queue = FairQueue<String, String>()

    init(maximumRunning: Int) {
        self.maximumRunning = max(maximumRunning, 1)
    }

    var runningCount: Int { running.count }
    var waitingCount: Int { waiting.count }

    /// A task that wants to run; one that is known already is not added again.
    /// - Returns: the tasks that may begin now.
    mutating func add(_ id: String, owner: String) -> [String] {
        guard !running.contains(id), waiting[id] == nil else { return [] }
        waiting[id] = queue.push(id, for: owner)
        return admit()
    }

    /// A task that has ended gives its place to others.
    /// - Returns: the tasks that may begin now.
    mutating func finish(_ id: String) -> [String] {
        running.remove(id)
        return admit()
    }

    /// Takes a task out that waits; false when it does not, because it runs or is unknown.
    @discardableResult
    mutating func remove(_ id: String) -> Bool {
        guard let ticket = waiting.removeValue(forKey: id) else { return false }
        return queue.remove(ticket) != nil
    }

    private mutating func admit() -> [String] {
        var admitted: [String] = []
        while running.count < maximumRunning, let id = queue.pop() {
            waiting[id] = nil
            running.insert(id)
            admitted.append(id)
        }
        return admitted
    }
}
