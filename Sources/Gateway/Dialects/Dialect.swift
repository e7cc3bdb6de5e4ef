/// The three ways of speaking that clients bring along.
package enum Dialect: String, Sendable, Hashable, CaseIterable {
    case openAI, imageRouter, infron
}
