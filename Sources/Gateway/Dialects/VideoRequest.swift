import Media

/// What a video request asks for, before its inputs are loaded.
struct VideoRequest: Sendable {
    /// `model` is empty where the caller names none and there is no default, or the source is a video that was made here.
    var generation: GenerationRequest
    /// Images that the video begins with or follows.
    var inputs: [InputReference]
    /// What is edited, remixed or extended; nil for a video from nothing.
    var video: VideoReference?
    var wish: CallWish
    var dialect: Dialect
}

/// A video as a request names it.
enum VideoReference: Sendable {
    /// One that was made here: the id of its task.
    case task(id: String)
    /// One of the caller's own.
    case input(InputReference)
}
