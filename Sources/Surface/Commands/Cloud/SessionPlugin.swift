import AWSWire
import Foundation
import Provisioning
import Stacks

/// The program that speaks AWS's protocol of sessions, which has no description but its source.
struct SessionPlugin: Sendable {
    static let name = "session-manager-plugin"
    /// By which the answer is handed over, out of everybody's sight; older ones take it on the command line only.
    static let variable = "AWS_SSM_START_SESSION_RESPONSE"
    /// The first that reads the variable. Source: aws-cli, `customizations/sessionmanager.py`, read 2026-11.
    static let oldest = [1, 2, 497, 0]

    let path: String

    /// - Throws: when it is not on PATH.
    init() throws(Report) {
        guard let path = Surroundings.current.program(Self.name) else {
            throw Report(
                "\(Self.name) is not on PATH: it joins a session that AWS opens in a task",
                state: "nothing was started",
                next: "install it: `brew install --cask session-manager-plugin`, or the package that AWS's guide "
                    + "\"Install the Session Manager plugin\" names for your system")
        }
        self.path = path
    }

    /// - Throws: when it is too old, or does not say which it is.
    func check() async throws {
        let outcome = try await ProcessAccess.machine.run(
            [path, "--version"], Surroundings.current.environment, .seconds(10))
        let text = String(decoding: outcome.output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard outcome.exitCode == 0, let version = Self.version(text) else {
            throw Report(
                "\(path) does not say which version it is", expected: "1.2.497.0 or newer", state: "nothing was started"
            )
        }
        guard !version.lexicographicallyPrecedes(Self.oldest) else {
            throw Report(
                "\(path) is \(text), which takes the session's token on its command line, for every user here to see",
                expected: "1.2.497.0 or newer", state: "nothing was started", next: "install a newer one")
        }
    }

    /// `1.2.553.0` → `[1, 2, 553, 0]`
    static func version(_ text: String) -> [Int]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        let numbers = parts.compactMap { $0 }
        return numbers.count == 4 && parts.count == 4 ? numbers : nil
    }

    /// Its words are those of the AWS CLI: answer, region, operation, profile, what was asked, endpoint.
    /// Source: aws-cli, `customizations/ecs/executecommand.py` and `sessionmanager.py`, read 2026-11.
    func start(_ session: CloudPluginSession, region: String, profile: String?) -> ProgramStart {
        let surroundings = Surroundings.current
        var environment = surroundings.environment
        environment[Self.variable] = session.answer
        return ProgramStart(
            path: path,
            arguments: [
                Self.variable, region, "StartSession", profile ?? environment["AWS_PROFILE"] ?? "",
                session.asked, session.endpoint,
            ], environment: environment)
    }
}
