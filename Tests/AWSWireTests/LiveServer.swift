import AWSWire
import PeerKit

/// moto, an AWS API server, on a free port, as long as `body` runs.
enum LiveServer {
    static func run(_ body: (AWSClient, String) async throws -> Void) async throws {
        let moto = try MotoServer()
        defer { moto.stop() }
        try await withClient(of: "http://127.0.0.1:\(moto.port)", body)
    }

    private static func withClient(
        of url: String, _ body: (AWSClient, String) async throws -> Void
    ) async throws {
        let transport = HTTPTransport()
        let settings = AWSClient.Settings(region: "us-east-1", endpoints: EndpointOverrides(all: url))
        let credentials = AWSCredentials(accessKeyId: "AKIDEXAMPLE", secretAccessKey: Secret("example"))
        let client = AWSClient(
            settings: settings, credentials: FixedCredentials(credentials), transport: transport, surroundings: .real)
        do {
            try await body(client, url)
        } catch {
            try await transport.shutdown()
            throw error
        }
        try await transport.shutdown()
    }
}
