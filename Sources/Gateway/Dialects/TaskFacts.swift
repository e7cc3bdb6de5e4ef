import Media

/// What the answers about a task tell alike.
extension GenerationTask {
    /// Who has the task, or made its results; nil while and where nobody does.
    var providerName: String? {
        switch phase {
        case .submitting(let candidate), .submitted(let candidate, _): candidate.provider
        case .completed: origin?.candidate.provider ?? attempts.last { $0.isSuccess }?.candidate.provider
        case .accepted, .failed, .cancelled: nil
        }
    }

    /// Percent: 100 for what is complete and for nothing else.
    func shown(progress: Int) -> Int {
        phase == .completed ? 100 : min(max(progress, 0), 99)
    }

    /// Addresses of the results, thumbnails and the like left out.
    /// - Parameter url: the address of a stored file, by its name.
    func resultURLs(_ url: (String) -> String) -> [String] {
        outputs.filter { $0.role == .result }.compactMap { $0.url(url) }
    }
}

extension TaskOutput {
    /// nil for what is only in memory.
    func url(_ url: (String) -> String) -> String? {
        switch content {
        case .stored(let name): url(name)
        case .remote(let address): address
        case .memory: nil
        }
    }
}

extension Attempt {
    /// It has brought a result.
    var isSuccess: Bool {
        switch outcome {
        case .succeeded: true
        case .failed, .skipped: false
        }
    }
}

extension JSONValue {
    /// null for nil.
    static func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

    /// null for nil.
    static func number(of integer: Int?) -> JSONValue { integer.map { .integer($0) } ?? .null }
}
