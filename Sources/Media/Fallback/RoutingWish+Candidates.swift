extension GenerationRequest {
    /// The configured candidates as the caller wants them.
    package func candidates(of route: [Candidate]) -> [Candidate] {
        // Looked at where it is: most callers wish nothing, and a copy would be made for that.
        content[0].routing.isEmpty ? route : content[0].routing.applied(to: route)
    }
}

extension RoutingWish {
    /// It leaves the route as it is.
    fileprivate var isEmpty: Bool { order.isEmpty && only.isEmpty && ignore.isEmpty }

    /// The configured candidates as the caller wants them: fewer or in another order, never others.
    /// A name is a provider, or `provider/upstream-model`.
    package func applied(to route: [Candidate]) -> [Candidate] {
        if isEmpty { return route }
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
