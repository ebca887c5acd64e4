import AWSTarget
import AWSWire
import Provisioning
import Stacks

/// Opens the way to AWS: where, with whose credentials, and that they are right.
enum AWSSession {
    @Sendable static func open(_ request: CloudRequest) async throws -> CloudSession {
        let transport = try transport(request)
        let close: @Sendable () async -> Void = { try? await transport.shutdown() }
        do {
            let time = Timekeeper(ContinuousClock())
            let connection = try await AWSConnection.open(
                CredentialWorld(environment: request.environment, transport: transport), region: request.region,
                profile: request.profile, manifestRegion: request.stack.region)
            var stack = request.stack
            stack.region = connection.region
            let cloud = AWSCloudStack(
                connection: connection, scope: StackScope(fullName: stack.fullName), time: time)
            return CloudSession(stack: stack, cloud: cloud, prices: cloud, time: time, close: close)
        } catch {
            await close()
            throw error
        }
    }

    private static func transport(_ request: CloudRequest) throws -> HTTPTransport {
        do throws(CredentialFault) {
            return try HTTPTransport(
                TransportSettings(environment: request.environment, profile: request.profile))
        } catch {
            throw error.report(trying: "reach AWS")
        }
    }
}
