/// How calls leave this machine: through which proxy, and which authorities sign the certificates of who answers.
package struct TransportSettings: Sendable, Equatable {
    /// A file of certificates, and what named it.
    package struct Authorities: Sendable, Equatable {
        package var path: String
        /// `AWS_CA_BUNDLE`, `ca_bundle of profile shop`
        package var place: String

        package init(path: String, place: String) {
            self.path = path
            self.place = place
        }
    }

    package var proxy: ProxyChoice
    /// In place of the machine's own; nil for those.
    package var authorities: Authorities?

    package init(proxy: ProxyChoice = .none, authorities: Authorities? = nil) {
        self.proxy = proxy
        self.authorities = authorities
    }

    /// `AWS_CA_BUNDLE` counts before the profile's `ca_bundle`.
    ///
    /// - Parameter profile: of the command's flag.
    /// - Throws: a malformed file, or a proxy that cannot be meant.
    package init(
        environment: [String: String], profile: String? = nil, files: FileAccess = .disk
    ) throws(CredentialFault) {
        proxy = try ProxyChoice(environment: environment)
        if let path = environment["AWS_CA_BUNDLE"], !path.isEmpty {
            authorities = Authorities(
                path: SharedFiles.expanded(path, environment) ?? path, place: "AWS_CA_BUNDLE")
            return
        }
        let name = SharedConfiguration.namedProfile(flag: profile, environment: environment) ?? "default"
        let shared = try SharedFiles(environment: environment).load(files)
        if let path = shared.profile(name)?.text("ca_bundle"), !path.isEmpty {
            authorities = Authorities(
                path: SharedFiles.expanded(path, environment) ?? path, place: "ca_bundle of profile \(name)")
        }
    }
}
