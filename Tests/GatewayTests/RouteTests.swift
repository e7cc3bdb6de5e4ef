import HTTP
import Media
import Testing

@testable import Gateway

@Suite struct RouteTests {
    @Test(arguments: [
        ("/v1/images/generations", Route.images(.generate, .openAI)), ("/images/generations", .images(.generate, .openAI)),
        ("/v1//images/generations/", .images(.generate, .openAI)), ("/v1/images/edits", .images(.edit, .openAI)),
        ("/v1/images/variations", .images(.vary, .openAI)), ("/v1/images/upscale", .images(.upscale, .openAI)),
        ("/v1/images/remove", .images(.removeBackground, .openAI)),
        ("/v1/openai/images/generations", .images(.generate, .imageRouter)), ("/v1/openai/images/edits", .images(.edit, .imageRouter)),
    ])
    func `a path that makes images is known with and without its version`(path: String, route: Route) {
        #expect(Route.match(.post, path: path) == .found(route))
        #expect(Route.match(.get, path: path) == .wrongMethod([.post]))
    }

    @Test(arguments: [
        ("/v1/models", Route.models), ("/v1/models/cat-1", .model("cat-1")), ("/v1/models/org/dog", .model("org/dog")),
        ("/v1/models/org%2Fdog", .model("org/dog")), ("/v1/models/org%2fdog", .model("org/dog")), ("/v1/models/100%", .model("100%")),
        ("/v1/models/a%+1b", .model("a%+1b")), ("/v1/models/a%4", .model("a%4")), ("/files/x.png", .file("x.png")),
        ("/v1/files/x.png", .file("x.png")), ("/healthz", .health), ("/readyz", .readiness),
        ("/", .console("index.html")), ("/console/app.js", .console("app.js")),
    ])
    func `a path that is read is known`(path: String, route: Route) {
        #expect(Route.match(.get, path: path) == .found(route))
        #expect(Route.match(.head, path: path) == .found(route))
        #expect(Route.match(.put, path: path) != .found(route))
    }

    @Test func `a model can be asked to go`() {
        #expect(Route.match(.delete, path: "/v1/models/org/dog") == .found(.model("org/dog")))
        #expect(Route.match(.delete, path: "/v1/models") == .wrongMethod([.get, .head]))
    }

    @Test(arguments: [
        "", "*", "//", "/console", "/v1/console/app.js", "/v1", "/v1/v1/models", "/v1/image/generations", "/v1/images", "/files",
        "/files/a/b", "/v1/images/generations/x",
    ])
    func `anything else is not found`(path: String) {
        #expect(Route.match(.get, path: path) == .notFound)
    }

    @Test(arguments: [
        ("/v1/images/generations", Dialect.openAI), ("/v1/models", .openAI), ("/nothing", .openAI), ("/", .openAI),
        ("/v1/openai/images/generations", .imageRouter), ("/openai/nothing", .imageRouter), ("/v1/videos/generations", .infron),
        ("/v1/images/tasks/1", .infron), ("/videos/tasks/1", .infron), ("/v1/tasks/1", .openAI), ("/v1/models/tasks/1", .openAI),
    ])
    func `a path's errors are told in its dialect`(path: String, dialect: Dialect) {
        #expect(Route.dialect(ofPath: path) == dialect)
    }
}
