import HTTP
import Media

/// What every answer of a dispatched call says in its head, failures included.
enum CallFields {
    /// - Parameter ledger: the text of the attempts.
    static func add(to response: inout HTTPResponse, _ outcome: DispatchOutcome, _ ledger: AttemptsHeader, latency: Duration) {
        add(to: &response, provider: outcome.winner?.provider, ledger, latency: latency)
    }

    /// The same of a task; with its id, where there is something under it.
    static func add(to response: inout HTTPResponse, _ task: GenerationTask, isStored: Bool = true, latency: Duration) {
        add(to: &response, provider: task.providerName, AttemptsHeader(task.attempts), latency: latency)
        if isStored { response.fields.set(.zoetropeTask, task.id) }
    }

    private static func add(to response: inout HTTPResponse, provider: String?, _ ledger: AttemptsHeader, latency: Duration) {
        if let provider { response.fields.append(.zoetropeProvider, provider) }
        if !ledger.value.isEmpty { response.fields.append(.zoetropeAttempts, ledger.value) }
        response.fields.append(.zoetropeLatency, latency.wholeMilliseconds)
    }
}

/// Warnings as one field value, in visible ASCII.
enum WarningsField {
    static func value(_ warnings: [Warning]) -> String {
        let text = warnings.map { "\($0.field): \($0.message)" }.joined(separator: "; ")
        return String(decoding: text.utf8.prefix(2048).map { (0x20..<0x7F).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }
}

extension [Warning] {
    /// Both, without what would be said twice: of a field that a provider has warned of, delivery has nothing to add.
    func joined(_ others: [Warning]) -> [Warning] {
        guard !others.isEmpty else { return self }
        let said = Set(map(\.field))
        return self + others.filter { !said.contains($0.field) }
    }

    var json: JSONValue { .array(map { ["field": .string($0.field), "message": .string($0.message)] }) }
}

/// Amounts in USD as they are written: sums of binary fractions would show their rounding otherwise.
package enum Money {
    private static let parts = 100_000_000

    /// To a hundred-millionth.
    static func rounded(_ amount: Double) -> Double {
        (amount * Double(parts)).rounded() / Double(parts)
    }

    /// Digits and a point, never an exponent.
    package static func text(_ amount: Double) -> String {
        guard let units = Int(exactly: (amount * Double(parts)).rounded()), units >= 0 else { return "\(amount)" }
        var fraction = String(parts + units % parts).dropFirst()
        while fraction.last == "0" { fraction = fraction.dropLast() }
        return fraction.isEmpty ? String(units / parts) : "\(units / parts).\(fraction)"
    }
}
