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
        // Nothing around what most callers want.
        case .call(let call): return call.isPlain ? await call.response() : await response(to: call)
        case .refusal(let response): return response
        case .draft: preconditionFailure("not read to its end")
        }
    }

    private enum Reading {
        case call(ImageCall)
        case refusal(HTTPResponse)
        /// Something has to be waited for.
        indirect case draft(ImageRequest, Repeat?)
    }

    /// Everything that is wrong with the call itself is found here; form and inputs' texts are gone when it returns.
    @inline(never)
    private func read(
        _ request: HTTPRequest, _ operation: GenerationRequest.Operation, _ pathDialect: Dialect, _ caller: Caller, _ record: RequestRecord
    ) async -> Reading {
        let form: RequestForm
        do throws(APIError) { form = try await services.form(of: request) } catch { return .refusal(error.response(in: pathDialect)) }
        let reading = reading(of: form, request.head, operation, pathDialect, caller, record)
        guard case .draft = reading else { return reading }
        return await finish(reading, caller, record)
    }

    /// Not inlined, like all that does not wait: its temporaries would wait with the call.
    @inline(never)
    private func reading(
        of form: RequestForm, _ head: HTTPRequestHead, _ operation: GenerationRequest.Operation, _ pathDialect: Dialect, _ caller: Caller,
        _ record: RequestRecord
    ) -> Reading {
        let dialect = ImageRequestDecoder.dialect(of: form, path: pathDialect)
        do throws(APIError) {
            let decoder = ImageRequestDecoder(
                operation: operation, defaults: services.settings.defaults,
                wantsRawBytes: AcceptHeader.prefersImage(head.fields[.accept]), prefer: PreferHeader.told(head.fields),
                isAsyncQuery: try CallWish.isAsync(query: head.query))
            var image = try decoder.decode(form, dialect)
            record.update { $0.model = image.generation.model }
            let repeated = Repeat(head, form)
            guard repeated == nil, image.inputs.isEmpty, image.mask == nil else { return .draft(image, repeated) }
            let route = try services.route(of: &image.generation)
            return .call(call(image, route, CallIdentity(), caller, record))
        } catch {
            return .refusal(error.response(in: dialect))
        }
    }

    /// Loads the inputs, then looks for the model: what is wrong with the former is said first.
    @inline(never)
    private func finish(_ reading: Reading, _ caller: Caller, _ record: RequestRecord) async -> Reading {
        guard case .draft(var image, let repeated) = reading else { return reading }
        do throws(APIError) {
            if !image.inputs.isEmpty || image.mask != nil { image.generation = try await services.inputLoader(caller).load(image) }
            let route = try services.route(of: &image.generation)
            let identity = try await repeated?.identity(of: caller, at: services.tasks.age()) ?? CallIdentity()
            return .call(call(image, route, identity, caller, record))
        } catch {
            return .refusal(error.response(in: image.dialect))
        }
    }

    private func call(
        _ image: ImageRequest, _ route: ModelRoute, _ identity: CallIdentity, _ caller: Caller, _ record: RequestRecord
    ) -> ImageCall {
        ImageCall(
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
        return await call.heartbeat(taskID: id).response {
            await call.services.repeats.answer(call.identity.shared, retryCount: call.identity.retryCount, on: call.services.loop) {
                await call.response(taskID: id)
            }
        }
    }
}
