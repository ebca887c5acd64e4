import NIOCore
import Streams
import TrafficRules

/// Stands where a client would, for an answer that is fetched for the cache alone.
final class SilentResponder: Responder {
    let eventLoop: any EventLoop
    let isWritable = true

    init(eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    func send(interim head: ResponseHead) {}
    func send(whole head: ResponseHead, body: ByteBuffer?, length: Int?) {}
    func send(_ head: ResponseHead, body: BodyFraming) {}
    func send(_ bytes: ByteBuffer) {}
    func finish(trailers: HeaderFields?) {}
    func abort() {}
    func readBody() {}
    func switchProtocols(_ head: ResponseHead) {}
}
