/// Why there are no credentials: what was tried, every place that was looked at with what it gave, and what to do next.
package struct CredentialFault: Error, Sendable, Equatable {
    /// One place.
    package struct Look: Sendable, Equatable {
        /// `environment`, `profile shop`, `container`, `instance`, or a file.
        package var place: String
        package var outcome: String

        package init(_ place: String, _ outcome: String) {
            self.place = place
            self.outcome = outcome
        }
    }

    /// A word for programs: `NoCredentials`, `SSOTokenExpired`.
    package var code: String
    /// One line without a full stop.
    package var what: String
    /// In the order in which they were looked at.
    package var looks: [Look]
    package var next: String

    package init(_ code: String, _ what: String, looks: [Look] = [], next: String) {
        self.code = code
        self.what = what
        self.looks = looks
        self.next = next
    }

    /// With the places that were looked at before.
    func after(_ earlier: [Look]) -> CredentialFault {
        var fault = self
        fault.looks = earlier + looks
        return fault
    }
}

extension CredentialFault: CustomStringConvertible {
    package var description: String {
        ([what] + looks.map { "\($0.place): \($0.outcome)" } + ["next: \(next)"]).joined(separator: "; ")
    }
}

extension CredentialFault {
    static func none(_ looks: [Look]) -> CredentialFault {
        CredentialFault(
            "NoCredentials", "no credentials for AWS", looks: looks,
            next: "name a profile (--profile, AWS_PROFILE), or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
    }

    static func malformed(_ lines: [String]) -> CredentialFault {
        CredentialFault(
            "MalformedConfiguration",
            "cannot read AWS's shared files: \(lines.count) malformed line"
                + (lines.count == 1 ? "" : "s"),
            looks: lines.map { line in
                let cut = line.firstRange(of: ": ")
                return Look(
                    cut.map { String(line[..<$0.lowerBound]) } ?? line,
                    cut.map { String(line[$0.upperBound...]) } ?? "")
            }, next: "mend the file")
    }

    static func unreadableFile(_ path: String, _ reason: String) -> CredentialFault {
        CredentialFault(
            "UnreadableFile", "cannot read \(path)", looks: [Look(path, reason)],
            next: "make it readable for this user, or name another file")
    }

    /// A profile, or the environment, says something that cannot be meant.
    static func contradictory(_ place: String, _ reason: String, next: String) -> CredentialFault {
        CredentialFault(
            "InvalidConfiguration", "\(place) cannot give credentials", looks: [Look(place, reason)], next: next)
    }

    /// A place that must have credentials did not give them.
    static func failed(_ place: String, _ reason: String, next: String) -> CredentialFault {
        CredentialFault("NoCredentials", "no credentials from \(place)", looks: [Look(place, reason)], next: next)
    }
}
