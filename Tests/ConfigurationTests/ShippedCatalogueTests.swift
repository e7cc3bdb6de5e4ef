import HTTP
import Media
import Providers
import Testing

@testable import Configuration

@Suite struct `The shipped catalogue` {
    /// Every provider type that the environment can bring, as it would be there.
    private static func configuration() throws -> GatewayConfiguration {
        var environment: [String: String] = [:]
        for (_, description) in Loading.types {
            for variable in description?.automatic.first ?? [] { environment[variable] = "fixture-key-0001" }
        }
        environment["AZURE_OPENAI_ENDPOINT"] = "https://example.openai.azure.com"
        environment["GOOGLE_APPLICATION_CREDENTIALS"] = nil
        return try Loading.load(nil, environment: environment).get()
    }

    @Test func `names only provider types that there are`() throws {
        let types = Set(Loading.types.map(\.type))
        for model in try Self.configuration().catalogue.models {
            for offer in model.offers { #expect(types.contains(offer.type), "\(model.name): \(offer.type)") }
        }
    }

    @Test func `each offer can do something of what its model can`() throws {
        for model in try Self.configuration().catalogue.models {
            for offer in model.offers {
                guard let provider = Self.provider(of: offer.type) else { continue }
                let capabilities = provider.capabilities(for: offer.upstreamModel).narrowed(by: offer.facts)
                #expect(!capabilities.operations.isEmpty, "\(model.name): \(offer.type)/\(offer.upstreamModel) can do nothing")
                #expect(capabilities.minimumInputs <= capabilities.maximumInputs, "\(model.name): \(offer.upstreamModel)")
            }
        }
    }

    @Test func `each operation of a model has a candidate that can do it`() throws {
        for model in try Self.configuration().catalogue.models {
            var possible: Set<GenerationRequest.Operation> = []
            for offer in model.offers {
                guard let provider = Self.provider(of: offer.type) else { continue }
                possible.formUnion(provider.capabilities(for: offer.upstreamModel).narrowed(by: offer.facts).operations)
            }
            let promised = model.operations
            #expect(!promised.isEmpty, "\(model.name) promises nothing")
            #expect(promised.subtracting(possible).isEmpty, "\(model.name) promises \(promised.subtracting(possible))")
        }
    }

    @Test func `every provider type whose variable is set joins the routes`() throws {
        let configuration = try Self.configuration()
        let routed = Set(configuration.models.names.compactMap(configuration.models.route).flatMap(\.candidates).map(\.provider))
        let named = Set(configuration.providers.map(\.name))
        #expect(named.isSubset(of: routed), "\(named.subtracting(routed)) are in no route")
        #expect(named.count > 20)
    }

    @Test func `former names lead to models that there are, and say so`() throws {
        let configuration = try Self.configuration()
        for (name, alias) in configuration.catalogue.aliases {
            #expect(configuration.models.route(for: name)?.model == alias.model)
            #expect(configuration.models.notices[name] == alias.notice)
        }
        #expect(configuration.models.notices["dall-e-3"] != nil)
        #expect(configuration.models.notices["nano-banana-pro"] == nil)
    }

    private static func provider(of type: String) -> (any Provider)? {
        guard let description = Loading.types.first(where: { $0.type == type })?.description else { return nil }
        var settings = ProviderSettings(name: type, type: type, apiKey: Secret("fixture-key-0001"))
        for option in description.options where option.kind == .secret { settings.secrets[option.name] = Secret("fixture-key-0001") }
        if description.baseURLVariable != nil { settings.baseURL = try? HTTPURL(parsing: "https://example.openai.azure.com") }
        description.example(&settings)
        return try? ProviderRegistry.make(settings)
    }
}
