import NIOCore
package import Streams
import TrafficRules

/// The console port's answers on one event loop: `/status`, `/metrics`, and `/` that names them. Loopback only.
package final class ConsoleLoop: RequestHandler {
    /// A page by its path: content type and text; nil is 404.
    package typealias Pages = @Sendable (_ path: String) async -> (type: String, body: [UInt8])?

    private let pages: Pages

    package init(pages: @escaping Pages) { self.pages = pages }

    package func begin(_ request: IncomingRequest, _ responder: any Responder) -> (any RequestReceiver)? {
        guard request.head.method == .get || request.head.method == .head else {
            responder.send(whole: ResponseHead(status: 405), body: nil, length: 0)
            return nil
        }
        guard Self.isLocal(request.head.authority) else {
            // A page of another origin must not read this one through a name that resolves to loopback.
            responder.send(whole: ResponseHead(status: 421), body: nil, length: 0)
            return nil
        }
        let path = String(request.head.path)
        let bound = NIOLoopBound(responder, eventLoop: responder.eventLoop)
        let pages = pages
        let answer: @Sendable ((type: String, body: [UInt8])?) -> Void = { page in
            bound.eventLoop.execute { Self.answer(page, bound.value) }
        }
        Task { answer(await pages(path)) }
        return nil
    }

    package func refused(_ refusal: MessageRefusal, facts: ConnectionFacts) {}

    private static func answer(_ page: (type: String, body: [UInt8])?, _ responder: any Responder) {
        var head = ResponseHead(status: page == nil ? 404 : 200)
        head.fields.append(.contentType, page?.type ?? "text/plain; charset=utf-8")
        head.fields.append(.cacheControl, "no-store")
        responder.send(whole: head, body: ByteBuffer(bytes: page?.body ?? Array("not found\n".utf8)), length: nil)
    }

    private static func isLocal(_ authority: String) -> Bool {
        let host = authority.hasPrefix("[") ? "::1" : String(authority.prefix { $0 != ":" })
        return ["localhost", "127.0.0.1", "::1"].contains(host)
    }
}
