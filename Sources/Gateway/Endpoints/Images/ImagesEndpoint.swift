import Glibc
import HTTP
import Media
import Transport

/// The image calls of all dialects: read, dispatch, deliver.
struct ImagesEndpoint: Sendable {
    let services: GatewayServices

    @inline(never)
    func respond(
        to request: HTTPRequest, _ operation: GenerationRequest.Operation, _ pathDialect: Dialect, caller: Caller, record: RequestRecord
    ) async -> HTTPResponse {
        switch await read(request, operation, pathDialect, caller, record) {
        case .call(let call): return await response(to: call)
        case .refusal(let response): return response
        }
    }

    private enum Reading {
        case call(ImageCall)
        case refusal(HTTPResponse)
    }

    /// Everything that is wrong with the call itself is found here; form and inputs' texts are gone when it returns.
    @inline(never)
    private func read(
        _ request: HTTPRequest, _ operation: GenerationRequest.Operation, _ pathDialect: Dialect, _ caller: Caller, _ record: RequestRecord
    ) async -> Reading {
        var dialect = pathDialect
        do throws(APIError) {
            let form = try await services.form(of: request)
            dialect = ImageRequestDecoder.dialect(of: form, path: pathDialect)
            let decoder = ImageRequestDecoder(
                operation: operation, defaults: services.settings.defaults,
                wantsRawBytes: AcceptHeader.prefersImage(request.head.fields[.accept]), prefer: PreferHeader.told(request.head.fields),
                isAsyncQuery: try CallWish.isAsync(query: request.head.query))
            let image = try decoder.decode(form, dialect)
            return .call(try await call(image, caller, record, Repeat(request.head, form)))
        } catch {
            return .refusal(error.response(in: dialect))
        }
    }

    /// Loads the inputs, then looks for the model: what is wrong with the former is said first.
    private func call(
        _ image: consuming ImageRequest, _ caller: Caller, _ record: RequestRecord, _ repeated: Repeat?
    ) async throws(APIError) -> ImageCall {
        record.update { $0.model = image.generation.model }
        if !image.inputs.isEmpty || image.mask != nil { image.generation = try await services.inputLoader(caller).load(image) }
        let route = try services.route(of: &image.generation)
        let identity = try await repeated?.identity(of: caller, at: services.tasks.age()) ?? CallIdentity()
        return ImageCall(
            services: services, request: image.generation, route: route, dialect: image.dialect, wish: image.wish, identity: identity,
            caller: caller, record: record)
    }

    @inline(never)
    private func response(to call: ImageCall) async -> HTTPResponse {
        if call.isTask {
            return await call.heartbeat(taskID: nil).response { await ImageTaskCall(call: call).response() }
        }
        if call.request.partialImages != nil {
            switch call.place() {
            case .failure(let refusal): return refusal.response(in: call.dialect)
            case .success(let place): return await StreamingCall(call, place: place).response()
            }
        }
        let id = call.mayBecomeTask ? TaskID.make(.image, entropy: randomBytes(17)) : nil
        // Nothing around what most callers want.
        if call.identity.shared == nil, call.isSilent { return await call.response(taskID: id) }
        return await call.heartbeat(taskID: id).response {
            await call.services.repeats.answer(call.identity.shared, retryCount: call.identity.retryCount, on: call.services.loop) {
                await call.response(taskID: id)
            }
        }
    }
}
