import Media

extension DispatchRun {
    /// Books what an attempt's calls have brought.
    @inline(never)
    func take(_ reports: [CallReport], from index: Int) {
        now = dispatcher.environment.now()
        for report in reports { keep(report, from: index) }
        // A provider may give more than it was asked for: nothing is bought beyond the caller's count.
        last = missing == 0 ? .succeeded : CallReport.summary(of: reports)
    }

    /// The same of an attempt that was one call.
    @inline(never)
    func take(_ report: CallReport, from index: Int) {
        now = dispatcher.environment.now()
        keep(report, from: index)
        last = missing == 0 ? .succeeded : report.outcome(delivered: report.delivered)
    }

    private func keep(_ report: CallReport, from index: Int) {
        // What its maker could not take any more is its maker's all the same.
        let able = adapted(at: index) ?? CapabilityFilter.Adapted(request)
        let price = plan.policy.price ?? targets[index].price
        let report = report.isSuccess ? report.priced(by: price, able.request) : report.hiding(request.prompt)
        tell(report, of: targets[index].candidate, able, price)
        crop.take(report, at: index, able.warnings)
    }

    /// Tells whoever follows the call, and keeps a result for a caller who has seen nothing of it.
    private func tell(_ report: CallReport, of candidate: Candidate, _ able: CapabilityFilter.Adapted, _ price: Price?) {
        if let attempt = report.attempt {
            observer.attempted(attempt)
            if let used = observer.used, !attempt.isUnrecorded {
                let (made, assumed) = (report.made, plan.policy.assumedPrice)
                used(candidate, Usage(of: attempt, made: made, asked: report.asked, able.request, price: price, assumed: assumed))
            }
            if let span = report.span { TraceContext.current?.record(attempt, span) }
        }
        guard observer.deliver != nil, !report.delivered, case .success(let result) = report.result else { return }
        untold.append(DispatchEvent(.completed(result), from: candidate, warnings: told(able)))
    }

    /// Results still to be had.
    var missing: Int { max(request.count - crop.count, 0) }

    /// Tells the events that the caller has not seen.
    @inline(never)
    func tell() async {
        guard let deliver = observer.deliver else { return }
        for event in untold { await deliver(event) }
        untold = []
    }
}
