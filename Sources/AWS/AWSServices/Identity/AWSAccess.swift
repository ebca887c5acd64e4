package import AWSWire

/// What a command has to know before its first call: the region, the endpoints, and where credentials come from.
///
///     let transport = HTTPTransport()
///     let world = CredentialWorld(environment: ProcessInfo.processInfo.environment, transport: transport)
///     let access = try AWSAccess(world: world, region: regionFlag, profile: profileFlag, manifestRegion: stack.region)
///     let client = AWSClient(
///         settings: access.settings, credentials: access.credentials, transport: transport, surroundings: .real)
///
/// Reads the two shared files and asks nobody: the first call does that. Its failure is then an `AWSError` of the kind
/// `noCredentials`, with the `CredentialFault` in it.
package struct AWSAccess: Sendable {
    package let region: RegionChoice
    /// The profile that counts, whether or not it is there.
    package let profile: String
    /// Region and endpoints, for `AWSClient`.
    package let settings: AWSClient.Settings
    package let credentials: any CredentialSource
    /// Where the credentials come from, for people: `profile shop in ~/.aws/credentials`.
    package let origin: String

    /// - Parameter region: of the command's flag. Else `AWS_REGION`, `AWS_DEFAULT_REGION`, the profile's, the manifest's.
    /// - Parameter profile: of the command's flag: then the environment's keys are not used. Else `AWS_DEFAULT_PROFILE`,
    ///   `AWS_PROFILE`, `default`.
    /// - Throws: `CredentialFault`: a malformed file, a profile that is not there or contradicts itself, or nothing anywhere.
    package init(
        world: CredentialWorld, region: String? = nil, profile: String? = nil, manifestRegion: String,
        surroundings: AWSClient.Surroundings = .real
    ) throws(CredentialFault) {
        let environment = world.environment
        let shared = try SharedFiles(environment: environment).load(world.files)
        let profileFlag = profile.flatMap { $0.isEmpty ? nil : $0 }
        self.profile = SharedConfiguration.namedProfile(flag: profileFlag, environment: environment) ?? "default"
        var choice = CredentialChoice(environment: environment, shared: shared, profileFlag: profileFlag)
        let plan = try choice.plan()
        self.region = try RegionChoice(
            flag: region, environment: environment, profile: (self.profile, shared.profile(self.profile)),
            manifest: manifestRegion)
        settings = AWSClient.Settings(
            region: self.region.region,
            endpoints: try EndpointOverrides(environment: environment, profile: self.profile, in: shared))
        let exchange = ServiceExchange(settings: settings, transport: world.transport, surroundings: surroundings)
        credentials = CredentialChain(world: world, exchange: exchange).source(plan, lookedBefore: choice.looks)
        origin = plan.origin
    }
}
