import AWSServices
package import AWSWire
package import Resources

/// The way to one account in one region, and who we are there.
package struct AWSConnection: Sendable {
    /// Twelve digits.
    package let account: String
    /// ARN of the user or role that the credentials stand for.
    package let caller: String
    package let region: String
    package let partition: Partition
    package let client: AWSClient
    /// Sends a call once: for creations that a second try could make twice.
    let onceClient: AWSClient
    /// Sends a call once however it fails, throttled ones too: for what is measured.
    let measuringClient: AWSClient
    /// For what is no call of a service: a registry of images speaks a protocol of its own.
    let transport: any Transport
    /// A random number in 0..<1.
    let draw: @Sendable () -> Double
    /// This machine's clock; AWS refuses calls when it is more than five minutes off.
    let now: @Sendable () -> AWSWire.Moment

    /// Tells this run from every other: the generation of what has no other, such as a route table, whose predecessors nobody
    /// sees. It is when the run began, in milliseconds since 1970.
    let run: String

    /// Asks who we are, which proves the credentials.
    ///
    /// - Throws: `AWSError`; `Refusal` makes a report of it.
    package init(
        settings: AWSClient.Settings, credentials: any CredentialSource, transport: any Transport,
        surroundings: AWSClient.Surroundings
    ) async throws {
        client = AWSClient(
            settings: settings, credentials: credentials, transport: transport, surroundings: surroundings)
        var once = settings
        once.retry.attempts = 1
        onceClient = AWSClient(
            settings: once, credentials: credentials, transport: transport, surroundings: surroundings)
        (once.retry.attemptsWhenThrottled, once.retry.attemptsToConnect) = (1, 1)
        measuringClient = AWSClient(
            settings: once, credentials: credentials, transport: transport, surroundings: surroundings)
        self.transport = transport
        draw = surroundings.draw
        now = surroundings.now
        run = String(surroundings.now().milliseconds)
        region = settings.region
        partition = Partition(region: settings.region)
        let identity = try await client.send(STS.GetCallerIdentityRequest())
        account = identity.account ?? ""
        caller = identity.arn ?? ""
    }

    /// Whom to ask: CloudFront takes its certificates, its firewall and its logs from the partition's first region.
    package func region(of place: Place) -> String {
        switch place {
        case .region: region
        case .edge, .global: partition.globalRegion
        }
    }

    /// `arn:aws:ec2:us-east-1:123456789012:vpc/vpc-1`
    package func arn(_ service: String, _ rest: String) -> String {
        "arn:\(partition.rawValue):\(service):\(region):\(account):\(rest)"
    }
}
