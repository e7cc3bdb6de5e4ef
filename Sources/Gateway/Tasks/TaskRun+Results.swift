import HTTP
import Media
import Transport

extension TaskRun {
    /// Fetches and keeps what was made, then ends the task.
    func complete(_ outcome: DispatchOutcome, _ route: ModelRoute, deadline: Instant) async {
        guard case .success(let result) = outcome.result else { return }
        var outputs: [TaskOutput] = []
        var loss: APIError?
        for (index, asset) in result.assets.enumerated() {
            let maker = outcome.makers.indices.contains(index) ? outcome.makers[index] : nil
            do throws(APIError) {
                var output = try await kept(asset.content, madeBy: maker, role: .result, deadline: deadline)
                output.revisedPrompt = asset.revisedPrompt
                outputs.append(output)
                outputs += await previews(of: asset, madeBy: maker)
            } catch { loss = loss ?? error }
        }
        if outputs.isEmpty, let loss { return await fail(loss) }
        note(result, outputs, outcome, route, loss)
        let task = live.task
        await end(.completed)
        if let started = task.startedAt { runner.addDuration(max(0, runner.now() - started), of: task.order.request.model) }
    }

    private func note(
        _ result: GenerationResult, _ outputs: [TaskOutput], _ outcome: DispatchOutcome, _ route: ModelRoute, _ loss: APIError?
    ) {
        live.update { task in
            task.outputs = outputs
            task.details = result.details
            task.usage = result.usage
            task.cost = result.cost
            task.reportedProgress = 100
            if let loss { task.warnings.append(Warning(field: "data", message: "results are missing: \(loss.message)")) }
            if let winner = outcome.winner, let operation = outcome.operation {
                task.origin = TaskOrigin(candidate: winner, operation: operation)
            }
        }
    }

    /// Small pictures that a provider may have; one that is not there is no loss.
    private func previews(of asset: MediaAsset, madeBy maker: Candidate?) async -> [TaskOutput] {
        var previews: [TaskOutput] = []
        for (content, role) in [(asset.thumbnail, TaskOutput.Role.thumbnail), (asset.spritesheet, .spritesheet)] {
            guard let content, let preview = try? await collector.collect(content, madeBy: maker), let name = preview.name else { continue }
            guard preview.type?.isImage == true else {
                // Some servers answer with the video whatever is asked for.
                try? await services.store.delete(named: name)
                continue
            }
            previews.append(TaskOutput(.stored(name), type: preview.type, role: role))
        }
        return previews
    }

    private var keeps: Bool { live.task.order.request.output.delivery != .ephemeral }

    private var collector: AssetCollector {
        AssetCollector(sources: services.resultSources, owner: live.owner, keeps: keeps)
    }

    /// Tries until it is kept, where somebody will come for it later; a caller who waits gets what there is.
    private func kept(
        _ content: MediaAsset.Content, madeBy maker: Candidate?, role: TaskOutput.Role, deadline: Instant
    ) async throws(APIError) -> TaskOutput {
        let environment = services.dispatcher.environment
        var pause = Duration.seconds(1)
        var fetches = 0
        while true {
            let problem: APIError
            switch await collected(content, madeBy: maker) {
            case .success(let asset):
                let isKept = asset.name != nil || asset.type == nil || !keeps
                if isKept || !live.isPatient { return try await output(asset, role) }
                problem = .diskFull
            case .failure(.unreadable): throw .unreadableResult
            case .failure(.full):
                guard live.isPatient else { throw .diskFull }
                problem = .diskFull
            case .failure(.unavailable(let url, let error)):
                fetches += 1
                problem = .unavailableResult(error)
                let tries = live.isPatient ? (isOwn(url, maker) ? Int.max : 7) : 4
                if live.isCancelled || !error.mayPass || fetches >= tries { return try passOn(url, madeBy: maker, problem) }
            }
            let end = environment.now() + pause
            guard end < deadline, !live.isCancelled else { throw problem }
            try? await environment.sleep(end)
            pause = min(pause * 2, .seconds(30))
        }
    }

    /// The provider's URL where the result itself cannot be had; one that wants our key would open for nobody.
    private func passOn(_ url: String, madeBy maker: Candidate?, _ problem: APIError) throws(APIError) -> TaskOutput {
        guard !isOwn(url, maker) else { throw problem }
        return TaskOutput(.remote(url), type: nil)
    }

    /// Whether a URL is on its maker's own origin, which takes the operator's key.
    private func isOwn(_ url: String, _ maker: Candidate?) -> Bool {
        maker.flatMap { services.resultAccess[$0.provider]?.ownURL(in: url) } != nil
    }

    private func collected(_ content: MediaAsset.Content, madeBy maker: Candidate?) async -> Result<CollectedAsset, CollectError> {
        do throws(CollectError) {
            return .success(try await collector.collect(content, madeBy: maker))
        } catch { return .failure(error) }
    }

    private func output(_ asset: CollectedAsset, _ role: TaskOutput.Role) async throws(APIError) -> TaskOutput {
        if let name = asset.name { return TaskOutput(.stored(name), type: asset.type, role: role) }
        switch asset.content {
        case .remote(let url): return TaskOutput(.remote(url), type: nil, role: role)
        case .bytes(let source): return TaskOutput(.memory(source), type: asset.type, role: role)
        case .base64(let text):
            guard let bytes = await BlockingPool.compute.run({ try? Base64.decode(text) }) else { throw .unreadableResult }
            return TaskOutput(.memory(ByteSource(bytes)), type: asset.type, role: role)
        }
    }
}

extension FetchError {
    /// Whether another try may do better.
    fileprivate var mayPass: Bool {
        switch kind {
        // A page where a result should be often says that it is not there yet.
        case .unreachable, .storage, .wrongType: true
        case .status(let status): status >= 500 || [404, 408, 409, 425, 429].contains(status)
        case .invalidURL, .tooLarge, .cancelled: false
        }
    }
}
