package import NIOCore
package import TrafficRules

/// The sending side of one request to a task, over a connection of its own (HTTP/1) or a stream of a shared one (HTTP/2). Calls after
/// the end do nothing.
package protocol UpstreamRequest: AnyObject {
    /// False while the task reads more slowly than it is written to; the receiver hears when that changes.
    var isWritable: Bool { get }

    /// Writes a request head and, with `body` `.none`, the whole request. What delimits the body is put in here.
    func send(_ head: RequestHead, body: BodyFraming, receiver: any ResponseReceiver)
    func send(_ bytes: ByteBuffer)
    func finishRequest(trailers: HeaderFields?)

    /// Asks for one more piece of the answer's body.
    func readBody()

    /// Nobody receives any more, but what was written still goes out; `limit` bounds how long a task may take for it.
    func finishWriting(within limit: TimeAmount)

    /// The answer is of no interest any more.
    func cancel()
}

extension UpstreamConnection: UpstreamRequest {}
