/// The region that a command works in, and who said so.
package struct RegionChoice: Sendable, Equatable {
    package var region: String
    /// `--region`, `AWS_REGION`, `profile shop`, `manifest`.
    package var origin: String

    /// The flag, then `AWS_REGION`, `AWS_DEFAULT_REGION`, the profile's `region`, then the manifest's, which always has one.
    ///
    /// - Throws: `CredentialFault` when it has no region's form, with its origin.
    package init(
        flag: String?, environment: [String: String], profile: (name: String, values: SharedConfiguration.Values?),
        manifest: String
    ) throws(CredentialFault) {
        let candidates = [
            (flag, "--region"), (environment["AWS_REGION"], "AWS_REGION"),
            (environment["AWS_DEFAULT_REGION"], "AWS_DEFAULT_REGION"),
            (profile.values?.text("region"), "profile \(profile.name)"),
        ]
        (region, origin) = (manifest, "manifest")
        for case (let word?, let place) in candidates where !word.isEmpty {
            (region, origin) = (word, place)
            break
        }
        guard Self.isRegion(region) else {
            throw .contradictory(origin, "\(region) has no region's form", next: "a region such as us-east-1")
        }
    }

    /// `eu-central-1`, `us-gov-west-1`: it becomes part of a host's name, so nothing else may be in it.
    private static func isRegion(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.count >= 3
            && parts.allSatisfy { part in
                !part.isEmpty && part.utf8.allSatisfy { (48...57).contains($0) || (97...122).contains($0) }
            }
    }
}
