package import NIOCore
package import TrafficRules

/// One connection's facts, for logs and forwarded fields.
package struct ConnectionFacts: Sendable, Equatable {
    /// The peer's address without its port; empty when it is already gone.
    package var clientAddress: String
    package var clientPort: Int
    package var serverPort: Int
    /// `TLSv1.3`; nil without TLS.
    package var tlsVersion: String?

    package init(clientAddress: String, clientPort: Int, serverPort: Int, tlsVersion: String? = nil) {
        self.clientAddress = clientAddress
        self.clientPort = clientPort
        self.serverPort = serverPort
        self.tlsVersion = tlsVersion
    }
}

/// A request whose head has come and is well-formed.
package struct IncomingRequest: Sendable {
    package var head: RequestHead
    package var body: BodyFraming
    package var isWebSocket: Bool
    package var facts: ConnectionFacts
    /// How logs call it; empty until whoever handles it has named it.
    package var id: [UInt8] = []

    package init(head: RequestHead, body: BodyFraming, isWebSocket: Bool = false, facts: ConnectionFacts) {
        self.head = head
        self.body = body
        self.isWebSocket = isWebSocket
        self.facts = facts
    }
}

/// The answering side of one request, over HTTP/1 or HTTP/2. Everything here happens on `eventLoop`. Calls after the
/// end, or after the client has gone, do nothing.
package protocol Responder: AnyObject {
    var eventLoop: any EventLoop { get }

    /// False while the client reads more slowly than it is written to; the receiver hears when that changes.
    var isWritable: Bool { get }

    /// A 1xx answer before the real one.
    func send(interim head: ResponseHead)

    /// Head and body in one go, the answer's end included. `length` overrules the body's own size (HEAD).
    func send(whole head: ResponseHead, body: ByteBuffer?, length: Int?)

    /// As `send(whole:)`, with a head of which most was prepared: `own` is the rest. An answer to GET, with all of its body.
    func send(prepared head: PreparedHead, own: HeaderFields, body: ByteBuffer)

    /// The head of an answer whose body follows; `.chunked` and `.untilClose` both mean that its length is unknown.
    func send(_ head: consuming ResponseHead, body: BodyFraming)
    func send(_ bytes: ByteBuffer)
    func finish(trailers: HeaderFields?)

    /// The answer cannot be completed: the connection (or the stream) is closed so that the client notices.
    func abort()

    /// Asks for one more piece of the request's body; it comes through the receiver.
    func readBody()

    /// Answers 101: from now on `send` and the receiver's body carry the bytes of the other protocol.
    func switchProtocols(_ head: ResponseHead)
}

extension Responder {
    package func send(prepared head: PreparedHead, own: HeaderFields, body: ByteBuffer) {
        send(whole: head.whole(with: own), body: body, length: nil)
    }
}

/// The receiving side of one request: hears its body and its client.
package protocol RequestReceiver: AnyObject {
    func receive(body: ByteBuffer)
    func receiveEnd(trailers: HeaderFields?)
    /// The client has gone or broke the protocol before the answer was complete.
    func clientGone()
    func clientWritabilityChanged(isWritable: Bool)
}

/// What a listener does with requests; one for each event loop.
package protocol RequestHandler: AnyObject {
    /// Called for every request. The result hears about the body; nil when the answer has already been given and the
    /// body is of no interest. Whoever handles it owns it, so that a head is changed on its way and not copied.
    func begin(_ request: consuming IncomingRequest, _ responder: any Responder) -> (any RequestReceiver)?
    /// A message that was refused before it became a request; the listener has answered it.
    func refused(_ refusal: MessageRefusal, facts: ConnectionFacts)
}
