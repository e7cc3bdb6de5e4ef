/// The built-in models: one that draws, and failures to rehearse with.
package enum TestModel: String, Sendable, CaseIterable {
    /// Draws a picture.
    case image
    /// 429 with a Retry-After of one second.
    case rateLimited = "429"
    /// 503.
    case overloaded = "503"
    /// Never answers.
    case timeout
    /// Refuses the connection.
    case refuse
    /// Refuses the content.
    case moderated
    /// Closes the connection once it has the request.
    case resetAfterSend = "reset-after-send"
    /// Draws a picture after `seconds`, 5 when not said.
    case slow
    /// Draws a picture, but answers 503 to every second call.
    case flaky

    /// - Parameter upstreamModel: with or without `test/`; `test` is another name of `image`.
    package init?(upstreamModel: String) {
        let name = upstreamModel.hasPrefix("test/") ? String(upstreamModel.dropFirst(5)) : upstreamModel
        guard let model = name == "test" ? .image : TestModel(rawValue: name) else { return nil }
        self = model
    }
}
