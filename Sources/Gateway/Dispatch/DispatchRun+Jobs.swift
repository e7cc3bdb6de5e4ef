import Media

extension DispatchRun {
    /// Asks for jobs that were accepted before this call began.
    @inline(never)
    func collect() async {
        guard let (index, operations) = jobs else { return }
        plan.begin(at: index)
        if let upstream = targets[index].upstream {
            await collect(operations, from: index, at: upstream)
        } else {
            last = .failed(.missingUpstream.afterAcceptance, isJob: true, delivered: false)
        }
        if Task.isCancelled { last = .failed(UpstreamError(.cancelled, .mayHaveStarted, message: "cancelled")) }
    }

    private func collect(_ operations: [RemoteOperation], from index: Int, at upstream: Upstream) async {
        // What its maker could not take any more is its maker's all the same.
        let able = adapted(at: index) ?? CapabilityFilter.Adapted(request)
        let call = call(to: upstream, at: index, able, able.warnings, freshConnection: false)
        let share = (missing + operations.count - 1) / max(operations.count, 1)
        let reports = await withTaskGroup(of: CallReport.self) { group in
            for (index, operation) in operations.enumerated() {
                let call = call.part(index)
                group.addTask { await call.resume(operation, asked: share) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        take(reports, from: index)
    }
}
