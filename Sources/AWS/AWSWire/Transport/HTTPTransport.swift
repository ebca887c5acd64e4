import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// HTTP by AsyncHTTPClient on NIO's shared event loops.
package final class HTTPTransport: Transport {
    /// An answer beyond this is not one of ours: the largest, a page of prices, has less than 4 MiB.
    private static let largestAnswer = 64 << 20

    private let proxy: ProxyChoice
    private let straight: HTTPClient
    private let proxied: HTTPClient?

    /// Without a proxy, trusting whom the machine trusts.
    package convenience init() { self.init(.none, nil) }

    /// - Throws: when the file of authorities cannot be used.
    package convenience init(_ settings: TransportSettings) throws(CredentialFault) {
        self.init(settings.proxy, try settings.authorities.map(Self.trust))
    }

    private init(_ proxy: ProxyChoice, _ tls: TLSConfiguration?) {
        self.proxy = proxy
        straight = Self.client(nil, tls)
        proxied = proxy.server.map { Self.client($0, tls) }
    }

    private static func trust(_ authorities: TransportSettings.Authorities) throws(CredentialFault) -> TLSConfiguration
    {
        var configuration = TLSConfiguration.makeClientConfiguration()
        do {
            let certificates = try NIOSSLCertificate.fromPEMFile(authorities.path)
            guard !certificates.isEmpty else { throw NIOSSLError.failedToLoadCertificate }
            configuration.trustRoots = .certificates(certificates)
        } catch {
            throw CredentialFault(
                "InvalidConfiguration", "cannot use the certificates that \(authorities.place) names",
                looks: [.init(authorities.path, "no certificates in PEM form can be read from it")],
                next: "name a file of certificates, or unset it")
        }
        return configuration
    }

    private static func client(_ proxy: ProxyChoice.Server?, _ tls: TLSConfiguration?) -> HTTPClient {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(10)))
        // A look at a whole stack asks at once, and where one endpoint stands for all services it is one host's; connections are
        // kept for the polls that follow.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        configuration.connectionPool.idleTimeout = .seconds(20)
        // Whether to try again is `RetryPolicy`'s to say; the pool would try for ten seconds, and five times that.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        configuration.tlsConfiguration = tls
        configuration.proxy = proxy.map { server in
            .server(
                host: server.host, port: server.port,
                authorization: server.user.map { .basic(username: $0, password: server.password?.reveal() ?? "") })
        }
        return HTTPClient(
            eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton), configuration: configuration)
    }

    /// Must be called before the last reference goes; connections that are in use end.
    package func shutdown() async throws {
        try await straight.shutdown()
        try await proxied?.shutdown()
    }

    package func send(_ call: OutgoingCall, within limit: Duration) async throws -> IncomingAnswer {
        var request = HTTPClientRequest(url: call.url)
        request.method = HTTPMethod(rawValue: call.method)
        for field in call.headers where field.name != "host" {
            request.headers.add(name: field.name, value: field.value)
        }
        if let file = call.file {
            request.body = .stream(file, length: .known(Int64(file.length)))
        } else if !call.body.isEmpty {
            request.body = .bytes(ByteBuffer(bytes: call.body))
        }
        let goesStraight = proxy.server(forScheme: call.scheme, host: call.host) == nil
        let client = goesStraight ? straight : proxied ?? straight
        do {
            let deadline = NIODeadline.now() + .milliseconds(Int64(limit.wholeMilliseconds))
            let response = try await client.execute(request, deadline: deadline)
            let body = try await response.body.collect(upTo: Self.largestAnswer)
            var headers: [String: String] = [:]
            for field in response.headers {
                headers[field.name.lowercased(), default: ""] +=
                    headers[field.name.lowercased()] == nil ? field.value : ",\(field.value)"
            }
            return IncomingAnswer(
                status: Int(response.status.code), headers: headers, body: Array(body.readableBytesView))
        } catch {
            throw Self.fault(error, at: call.host)
        }
    }

    /// Why there is no connection; nil where there was one. A name has an error for each of its addresses.
    private static func unconnected(_ error: any Error, _ host: String) -> String? {
        switch error {
        case let error as NIOConnectionError:
            guard let failure = error.connectionErrors.first?.error else { return "\(error.host) has no address" }
            return unconnected(failure, host) ?? "no connection to \(host): \(failure)"
        case let error as IOError where error.errnoCode == ECONNREFUSED:
            return "\(host) refuses connections"
        default: return nil
        }
    }

    private static func fault(_ error: any Error, at host: String) -> any Error {
        if error is CancellationError { return error }
        if case .handshakeFailed? = error as? NIOSSLError {
            return TransportFault(
                .notConnected, "the certificate of the other side is not trusted, or TLS failed: \(error)")
        }
        if let reason = unconnected(error, host) { return TransportFault(.notConnected, reason) }
        guard let known = error as? HTTPClientError else { return TransportFault(.broken, "\(error)") }
        switch known {
        case .cancelled: return CancellationError()
        case .proxyAuthenticationRequired:
            return TransportFault(
                .notConnected, "the proxy wants a user and a password: http://user:password@host:port")
        case .invalidProxyResponse, .httpProxyHandshakeTimeout:
            return TransportFault(.notConnected, "the proxy did not open a way: \(known.shortDescription)")
        case .connectTimeout: return TransportFault(.notConnected, "no connection within 10 seconds")
        case .deadlineExceeded, .readTimeout, .requestStreamCancelled, .getConnectionFromPoolTimeout:
            return TransportFault(.timeout, "no answer in time")
        case .remoteConnectionClosed:
            return TransportFault(.broken, "the connection was closed before the answer was complete")
        default: return TransportFault(.broken, known.shortDescription)
        }
    }
}
