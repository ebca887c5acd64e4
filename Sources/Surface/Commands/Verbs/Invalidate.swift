import ArgumentParser
import LocalTarget

struct Invalidate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Give up answers that the edge's cache keeps.",
        discussion: """
            The next request for each goes to the application. Path and query are compared
            with the pattern: * is any run of characters, ? is one. What is being fetched
            while this runs is not kept either.

            It is for this machine: on aws CloudFront keeps the answers.

            Examples:
              terrace invalidate '/static/*'
              terrace invalidate /index.html
            """)

    @Argument(help: "Which paths, such as '/static/*'. Quote it: * is the shell's too.")
    var pattern: String

    @OptionGroup var manifest: ManifestOption

    /// CloudFront's own limit for an invalidation path. Source: CloudFront quotas, read 2026-11.
    private static let longestPattern = 4000

    func validate() throws {
        guard pattern.hasPrefix("/"), pattern.utf8.count <= Self.longestPattern,
            pattern.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { throw ValidationError("'\(pattern)' is no path; it begins with / and has no spaces: '/static/*'") }
    }

    func run() async throws {
        let running = try await RunningStack.required(try manifest.localPlace())
        let count = try await running.client.invalidate(pattern)
        Surroundings.current.say("gave up \(Figures.number(count, "answer"))")
    }
}
