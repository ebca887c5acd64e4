import HTTPTypes
import Hummingbird
import Logging

/// One line for each request, under the id that the load balancer has in its own log, here and on AWS. Whatever else is logged while
/// the request is answered has the id, too.
struct RequestLog: RouterMiddleware {
    typealias Context = BasicRequestContext

    func handle(
        _ request: Request, context: BasicRequestContext,
        next: (Request, BasicRequestContext) async throws -> Response
    ) async throws -> Response {
        // Health checks come from the load balancer and have no id.
        guard let header = request.headers[.traceID], let id = Self.id(in: header) else {
            return try await next(request, context)
        }
        var context = context
        context.logger[metadataKey: "request"] = "\(id)"
        do {
            let response = try await next(request, context)
            context.logger.info(
                "\(request.method) \(request.uri.path)", metadata: ["status": "\(response.status.code)"])
            return response
        } catch {
            context.logger.info("\(request.method) \(request.uri.path)", metadata: ["error": "\(error)"])
            throw error
        }
    }

    /// `Root=1-67891233-abcdef012345678912345678`, perhaps among other fields: what follows `Root=`.
    static func id(in header: String) -> Substring? {
        header.split(separator: ";").first { $0.hasPrefix("Root=") }?.dropFirst(5)
    }
}

extension HTTPField.Name {
    /// As an Application Load Balancer names each request.
    fileprivate static let traceID = HTTPField.Name("X-Amzn-Trace-Id") ?? .via
}
