import HTTP
import Media

/// `GET /v1/usage`: what was used and what it cost.
struct UsageEndpoint: Sendable {
    let services: GatewayServices

    /// Rows of one answer.
    private static let mostRows = 10_000

    @inline(never)
    func answer(to head: HTTPRequestHead, _ caller: Caller) async throws(APIError) -> HTTPResponse {
        let ledger = services.spending
        let query = try UsageQuery(head.query, owner: caller.isOperator ? nil : caller.name, today: ledger.today)
        guard let store = ledger.store else { throw APIError(503, type: "server_error", code: "storage_unavailable", "No usage is kept.") }
        await ledger.save()
        do throws(TaskStoreError) {
            let rows = try await store.usage(query, limit: Self.mostRows)
            let total = try await store.usage(UsageQuery(days: query.days, owner: query.owner, groups: []), limit: 1)
            return HTTPResponse(json: .object(list(query, rows, total.first?.usage ?? Usage(), caller)))
        } catch { throw APIError(error) }
    }

    private func list(_ query: UsageQuery, _ rows: [UsageRow], _ total: Usage, _ caller: Caller) -> JSONObject {
        [
            "object": "list", "from": .string(query.days.lowerBound.description), "to": .string(query.days.upperBound.description),
            "group_by": .array(query.groups.map { .string($0.rawValue) }),
            "data": .array(
                rows.map { row in
                    var json: JSONObject = [:]
                    for (group, value) in zip(query.groups, row.values) { json[group.rawValue] = .string(value) }
                    row.usage.write(to: &json)
                    return .object(json)
                }),
            "total": total.json, "budget": budget(of: caller),
        ]
    }

    /// The limit of each period that is nearest to its end.
    private func budget(of caller: Caller) -> JSONValue {
        let limits = services.spending.limits(of: caller.name)
        guard !limits.isEmpty else { return .null }
        func nearest(_ period: (Budget) -> Double?, _ spent: (SpendingBook.Account) -> Amount) -> JSONValue {
            let states = limits.compactMap { entry in period(entry.budget).map { (limit: $0, spent: spent(entry.account), entry.account) } }
            let tightest = states.min {
                $0.limit - $0.spent.dollars - $0.2.reserved.dollars < $1.limit - $1.spent.dollars - $1.2.reserved.dollars
            }
            guard let (limit, spent, account) = tightest else { return .null }
            return ["limit": .number(limit), "spent": .number(spent.dollars), "reserved": .number(account.reserved.dollars)]
        }
        return ["day": nearest(\.day, \.day), "month": nearest(\.month, \.month)]
    }
}

extension Usage {
    fileprivate func write(to json: inout JSONObject) {
        json["attempts"] = .integer(attempts)
        json["failures"] = .integer(failures)
        json["images"] = .integer(images)
        json["video_seconds"] = .number(Double(videoMilliseconds) / 1000)
        json["cost"] = .number(Money.rounded(cost.dollars))
        json["assumed_cost"] = .number(Money.rounded(assumedCost.dollars))
    }

    fileprivate var json: JSONValue {
        var json: JSONObject = [:]
        write(to: &json)
        return .object(json)
    }
}
