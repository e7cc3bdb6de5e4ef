import HTTP
import Transport

/// What makes two calls the same call.
package struct SharedCallKey: Sendable, Hashable {
    /// The name of the API key that asked.
    package var owner: String
    /// As `RequestFingerprint` makes it.
    package var fingerprint: String
    /// What else the form of the answer depends on, such as the `accept` field.
    package var variant: String

    package init(owner: String, fingerprint: String, variant: String = "") {
        self.owner = owner
        self.fingerprint = fingerprint
        self.variant = variant
    }
}

/// Which calls run or have lately ended, and who waits for them. Decides; starts, wakes and cancels nobody.
struct SharedCallTable: Sendable {
    typealias CallID = UInt64
    typealias WaiterID = UInt64

    /// What becomes of a new call.
    enum Beginning: Sendable {
        /// Its work is to be started; the work of `abandoned` is to be cancelled, since nobody can ask for it any more.
        case started(CallID, abandoned: CallID?)
        case joined(CallID)
        case answered(HTTPResponse)
    }

    /// What becomes of a call that a waiter has left.
    enum Departure: Sendable, Hashable {
        case goesOn
        /// Nobody waits: its work is cancelled after the grace, unless somebody joins.
        case grace(number: Int)
        case cancelled
    }

    /// What a waiter gets.
    enum Delivery: Sendable {
        case answer(HTTPResponse)
        /// The answer could be given once only, and somebody else has it.
        case startOver
    }

    private struct Call: Sendable {
        let key: SharedCallKey
        /// In the order of their coming.
        var waiters: [WaiterID]
        var answer: HTTPResponse?
        /// Bytes that its answer takes.
        var size = 0
        /// Counts what would end a grace.
        var changes = 0
    }

    private let lifetime: Duration
    private let maximumSize: Int
    private var calls: [CallID: Call] = [:]
    /// What repeats join.
    private var registered: [SharedCallKey: CallID] = [:]
    /// Calls in the order of their ends; some are gone already.
    private var ended = FirstInFirstOut<(call: CallID, until: Instant)>()
    private var lastCall: CallID = 0
    /// Bytes of all kept answers.
    private(set) var size = 0

    /// - Parameters:
    ///   - lifetime: of an answer that is kept for repeats.
    ///   - maximumSize: bytes of all kept answers.
    init(lifetime: Duration = .seconds(60), maximumSize: Int = 64 << 20) {
        self.lifetime = lifetime
        self.maximumSize = maximumSize
    }

    var callCount: Int { calls.count }
    /// When the next kept answer goes; nil: none is kept.
    var nextEnd: Instant? { ended.first?.until }

    /// A running call, whose task is to be kept.
    func isRunning(_ id: CallID) -> Bool { calls[id].map { $0.answer == nil } ?? false }

    /// A call comes: a repeat joins the same call if there is one, everything else is a wish of its own.
    mutating func begin(_ key: SharedCallKey, isRepeat: Bool, waiter: WaiterID, now: Instant) -> Beginning {
        sweep(now: now)
        if isRepeat, let joined = join(key, waiter) { return joined }
        lastCall += 1
        calls[lastCall] = Call(key: key, waiters: [waiter])
        let former = registered.updateValue(lastCall, forKey: key)
        guard let former, let call = calls[former], call.waiters.isEmpty else { return .started(lastCall, abandoned: nil) }
        remove(former)
        return .started(lastCall, abandoned: call.answer == nil ? former : nil)
    }

    private mutating func join(_ key: SharedCallKey, _ waiter: WaiterID) -> Beginning? {
        guard let id = registered[key], var call = calls[id] else { return nil }
        if let answer = call.answer {
            if answer.isOnceOnly { remove(id) }
            return .answered(answer)
        }
        call.waiters.append(waiter)
        call.changes += 1
        calls[id] = call
        return .joined(id)
    }

    /// A waiter goes away without its answer.
    mutating func leave(_ waiter: WaiterID, _ id: CallID) -> Departure {
        guard var call = calls[id], call.answer == nil, let place = call.waiters.firstIndex(of: waiter) else { return .goesOn }
        call.waiters.remove(at: place)
        call.changes += 1
        calls[id] = call
        guard call.waiters.isEmpty else { return .goesOn }
        if registered[call.key] == id { return .grace(number: call.changes) }
        remove(id)
        return .cancelled
    }

    /// The grace is over.
    /// - Returns: whether the work is to be cancelled: nobody has come, and nothing has been made that can be kept.
    mutating func endGrace(_ id: CallID, number: Int) -> Bool {
        guard let call = calls[id], call.waiters.isEmpty, call.changes == number else { return false }
        if let answer = call.answer, !answer.isOnceOnly { return false }
        remove(id)
        return true
    }

    /// The work of a call has ended.
    mutating func end(_ id: CallID, _ answer: HTTPResponse, now: Instant) -> [(waiter: WaiterID, delivery: Delivery)] {
        sweep(now: now)
        guard let call = calls[id] else { return [] }
        if answer.isOnceOnly {
            guard !call.waiters.isEmpty else {
                // What is left of the grace is for a repeat that comes for it.
                calls[id]?.answer = answer
                return []
            }
            remove(id)
            return call.waiters.enumerated().map { ($1, $0 == 0 ? .answer(answer) : .startOver) }
        }
        keep(answer, id, until: now + lifetime)
        return call.waiters.map { ($0, .answer(answer)) }
    }

    private mutating func keep(_ answer: HTTPResponse, _ id: CallID, until: Instant) {
        let answerSize = answer.keptSize
        guard let key = calls[id]?.key, registered[key] == id, !answer.invitesRepeats, answerSize <= maximumSize else { return remove(id) }
        while size + answerSize > maximumSize, let oldest = ended.popFirst() { remove(oldest.call) }
        calls[id]?.waiters = []
        calls[id]?.answer = answer
        calls[id]?.size = answerSize
        size += answerSize
        ended.append((id, until))
    }

    /// Drops what has been kept long enough.
    mutating func sweep(now: Instant) {
        while let oldest = ended.first, oldest.until <= now {
            _ = ended.popFirst()
            remove(oldest.call)
        }
    }

    private mutating func remove(_ id: CallID) {
        guard let call = calls.removeValue(forKey: id) else { return }
        size -= call.size
        if registered[call.key] == id { registered[call.key] = nil }
    }
}

extension HTTPResponse {
    /// A body that arrives while it is read has one reader.
    fileprivate var isOnceOnly: Bool {
        switch body {
        case .none, .pieces: false
        case .stream: true
        }
    }

    /// Who got this answer is meant to try again: the repeat is a new call then.
    fileprivate var invitesRepeats: Bool {
        switch fields[.shouldRetry] {
        case "true": true
        case "false": false
        case _: [408, 409, 429].contains(status.code) || status.code >= 500
        }
    }

    /// Bytes that it takes while it is kept, about.
    fileprivate var keptSize: Int {
        let overhead = 1024 + fields.wireBytes.count
        switch body {
        case .none, .stream: return overhead
        case .pieces(let pieces):
            return pieces.reduce(overhead) { size, piece in
                switch piece {
                case .bytes(let bytes): size + bytes.count
                case .file: size + 256
                }
            }
        }
    }
}
