import HTTP
import Media

/// Keeps the inputs of a task while it waits, and reads them back for its attempts.
struct TaskInputs: Sendable {
    let store: any MediaStore

    /// No key has this name: nobody can give such a file as an input of another call.
    private static let owner = "\u{0}task input"

    /// - Returns: the order of a request whose inputs are at hand.
    func order(for request: GenerationRequest) async throws(APIError) -> TaskOrder {
        var bare = request
        (bare.inputs, bare.mask) = ([], nil)
        var order = TaskOrder(request: bare)
        do throws(APIError) {
            for input in request.inputs { order.inputs.append(try await keep(input)) }
            if let mask = request.mask { order.mask = try await keep(mask) }
            if case .given(let video) = request.source {
                order.video = try await keep(video)
                order.request.source = nil
            }
            return order
        } catch {
            await drop(order)
            throw error
        }
    }

    /// Undoes `order` for a task that never came to be.
    func drop(_ order: TaskOrder) async {
        for input in order.inputs + [order.mask, order.video].compactMap(\.self) {
            if case .file(let name, _) = input { try? await store.delete(named: name) }
        }
    }

    /// The whole request again.
    func load(_ order: TaskOrder) async throws(APIError) -> GenerationRequest {
        var request = order.request
        for (index, input) in order.inputs.enumerated() { request.inputs.append(try await load(input, "image-\(index)")) }
        if let mask = order.mask { request.mask = try await load(mask, "mask") }
        if let video = order.video { request.source = .given(try await load(video, "video")) }
        return request
    }

    private func keep(_ input: MediaInput) async throws(APIError) -> StoredInput {
        switch input.content {
        case .url(let url): return .url(url)
        case .base64(let text): return try await store(.base64(text), input.type)
        case .data(let source): return try await store(.source(source), input.type)
        case .uploaded: throw APIError(500, type: "server_error", code: "storage_failed", "An input could not be stored.")
        }
    }

    private func store(_ content: StorableContent, _ type: MediaType?) async throws(APIError) -> StoredInput {
        let type = type ?? .png
        do throws(MediaStoreError) {
            return .file(name: try await store.store(content, type: type, owner: Self.owner), type: type)
        } catch {
            if error.kind == .full { throw .diskFull }
            throw APIError(500, type: "server_error", code: "storage_failed", "An input could not be stored.")
        }
    }

    private func load(_ input: StoredInput, _ name: String) async throws(APIError) -> MediaInput {
        switch input {
        case .url(let url): return MediaInput(content: .url(url), type: nil, fileName: name)
        case .file(let stored, let type):
            guard let file = try? await store.file(named: stored) else {
                throw APIError(500, type: "server_error", code: "input_lost", "An input of the task is not there any more.")
            }
            return MediaInput(content: .data(file.content), type: type, fileName: "\(name).\(type.fileExtension)")
        }
    }
}
