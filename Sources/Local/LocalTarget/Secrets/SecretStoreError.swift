/// Why the secret store does not open or does not take a value. In none of these cases is anything changed on disk.
package struct SecretStoreError: Error, Sendable, Equatable, CustomStringConvertible {
    package var message: String
    package var state: String
    package var next: String

    package var description: String { "\(message)\n  state     \(state)\n  next      \(next)" }
}

/// Secrets that a service needs and nobody has given.
package struct MissingSecrets: Error, Sendable, Equatable, CustomStringConvertible {
    package var names: [String]

    package var summary: String {
        names.count == 1
            ? "the secret \(names[0]) has no value" : "the secrets \(names.joined(separator: ", ")) have no value"
    }

    package var next: String {
        let values = names.map { "\($0)=…" }.joined(separator: " ")
        return "give it once, then Terrace keeps it: `\(values) terrace up`"
    }

    package var description: String { "\(summary)\n  next      \(next)" }
}
