import Media

/// The calls that one attempt needs where a provider makes fewer results at once than were asked.
struct CallBatch {
    /// Calls at the same time for one attempt.
    static let mostAtOnce = 4

    /// Made once for each part.
    let call: UpstreamCall
    /// Where further places are taken from.
    let board: HealthBoard
    /// The provider's.
    let seat: Int
    /// Results still to be had.
    let missing: Int
    /// Results of one call.
    let mostPerCall: Int

    /// - Parameter request: with the candidate's model and prepared inputs.
    @inline(never)
    func run(_ request: GenerationRequest) async -> [CallReport] {
        let counts = shares
        let extra = board.takeExtraPlaces(at: seat, upTo: min(counts.count, Self.mostAtOnce) - 1)
        defer { board.giveBack(extra, placesAt: seat) }
        var silent = request
        // Previews of several calls cannot be told apart.
        silent.partialImages = nil
        return await runAll(counts, silent, atOnce: extra + 1)
    }

    /// After the first failure no further call starts; those that run are awaited, for they may be paid.
    @inline(never)
    private func runAll(_ counts: [Int], _ request: GenerationRequest, atOnce: Int) async -> [CallReport] {
        await withTaskGroup(of: (Int, CallReport).self) { group in
            var reports: [Int: CallReport] = [:]
            var next = 0
            func start() {
                guard next < counts.count else { return }
                let index = next
                group.addTask { (index, await call.part(index).run(request.asking(for: counts[index]), begun: call.environment.now())) }
                next += 1
            }
            for _ in 0..<atOnce { start() }
            for await (index, report) in group {
                reports[index] = report
                if reports.values.allSatisfy(\.isSuccess) { start() }
            }
            return reports.sorted { $0.key < $1.key }.map(\.value)
        }
    }

    private var shares: [Int] {
        let most = max(mostPerCall, 1)
        let full = Array(repeating: most, count: missing / most)
        return missing % most == 0 ? full : full + [missing % most]
    }
}

extension GenerationRequest {
    fileprivate func asking(for count: Int) -> GenerationRequest {
        var request = self
        request.count = count
        return request
    }
}
