extension RoutingWish {
    /// The configured candidates as the caller wants them: fewer or in another order, never others.
    /// A name is a provider, or `provider/upstream-model`.
    package func applied(to route: [Candidate]) -> [Candidate] {
        if order.isEmpty, only.isEmpty, ignore.isEmpty { return route }
        let allowed = route.filter { candidate in
            (only.isEmpty || only.contains { candidate.isNamed($0) }) && !ignore.contains { candidate.isNamed($0) }
        }
        var ordered: [Candidate] = []
        for name in order {
            ordered += allowed.filter { $0.isNamed(name) && !ordered.contains($0) }
        }
        return ordered + allowed.filter { !ordered.contains($0) }
    }
}

extension Candidate {
    fileprivate func isNamed(_ name: String) -> Bool { name == provider || name == description }
}
