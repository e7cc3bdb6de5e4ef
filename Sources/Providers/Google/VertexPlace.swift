import HTTP
import Media

/// Where models of a project are: a host for each location, and paths below it.
struct VertexPlace: Sendable {
    private let project: String
    /// nil: what suits the model.
    private let location: String?
    /// With the version at its end; nil: the location's host.
    private let baseURL: HTTPURL?

    /// The project is that of the service account where the settings name none.
    init(_ settings: ProviderSettings) throws(ConfigurationError) {
        let account = settings.documents["credentials"].flatMap { try? JSONValue(parsing: $0) }
        guard let project = settings.options["project"] ?? account?["project_id"]?.filled, !project.isEmpty else {
            throw ConfigurationError(key: "project", "is required")
        }
        self.project = project
        location = try Self.location(settings)
        baseURL = settings.baseURL.map(Self.versioned)
    }

    /// What requests for a model go to, with the method behind a colon.
    func url(of model: String, method: String) throws(UpstreamError) -> HTTPURL {
        let name = try GoogleMedia.pathName(model)
        let location = location ?? Self.usualLocation(of: name)
        guard let base = baseURL ?? (try? HTTPURL(parsing: Self.service(location))) else {
            throw .unsayable(nil, "the location \(location) has no address")
        }
        return base.appending(path: "projects").appending(segment: project).appending(path: "locations").appending(segment: location)
            .appending(path: "publishers/google/models/\(name):\(method)")
    }

    /// A location's own base URL. The host of "global" has no prefix (unconfirmed).
    static func service(_ location: String) -> String {
        location == "global" ? "https://aiplatform.googleapis.com/v1" : "https://\(location)-aiplatform.googleapis.com/v1"
    }

    /// Where models are asked for when no location is set: Gemini's pictures are worldwide, Imagen and Veo are not.
    static let usualLocations = ["global", "us-central1"]

    /// nil where none is set.
    static func location(_ settings: ProviderSettings) throws(ConfigurationError) -> String? {
        guard let location = settings.options["location"], !location.isEmpty else { return nil }
        let isPlain = location.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
            case _: false
            }
        }
        guard isPlain else { throw ConfigurationError(key: "location", "is no location such as us-central1") }
        return location
    }

    /// The operator may leave the version out.
    static func versioned(_ url: HTTPURL) -> HTTPURL {
        let last = url.path.split(separator: "/").last ?? ""
        let isVersion = last.first == "v" && last.dropFirst().first?.isWholeNumber == true
        return isVersion ? url : url.appending(path: "v1")
    }

    private static func usualLocation(of model: String) -> String {
        model.hasPrefix("imagen") || model.hasPrefix("veo") ? "us-central1" : "global"
    }
}
