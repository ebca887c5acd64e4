/// Asks the profile's `credential_process`.
struct ProcessCredentials {
    /// Some of these programs open a browser and wait for a person.
    static let limit: Duration = .seconds(120)

    let words: [String]
    let profile: String
    let world: CredentialWorld

    func fetch() async throws -> AWSCredentials {
        let outcome: ProcessAccess.Outcome
        do {
            outcome = try await world.processes.run(words, world.environment, Self.limit)
        } catch {
            throw failed("it could not be started: \(error)")
        }
        guard let code = outcome.exitCode else { throw failed("it had printed nothing after \(Self.limit)") }
        guard code == 0 else { throw failed("it ended with \(code): \(ErrorReader.excerpt(outcome.errors))") }
        do {
            return try CredentialDocument.read(outcome.output, .process)
        } catch {
            throw failed("what it printed is not understood: \(error.reason)")
        }
    }

    /// The program's arguments are not shown: some carry a password.
    private func failed(_ reason: String) -> CredentialFault {
        .failed(
            "credential_process of profile \(profile)", "\(words.first ?? ""): \(reason)",
            next: "run the program by hand, then the same command again")
    }
}
