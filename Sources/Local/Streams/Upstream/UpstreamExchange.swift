package import NIOCore
package import TrafficRules

/// Hears the answer of one request that was sent to a task. Everything happens on the connection's loop; `failed` or
/// `receiveAnswerEnd` comes last and once.
package protocol ResponseReceiver: AnyObject {
    func receive(interim head: ResponseHead)
    func receive(head: consuming ResponseHead, body: BodyFraming)
    func receive(answer body: ByteBuffer)
    func receiveAnswerEnd(trailers: HeaderFields?)
    /// The task answered 101: bytes of the other protocol follow as body.
    func switched(head: ResponseHead)
    func failed(_ failure: UpstreamFailure)
    func taskWritabilityChanged(isWritable: Bool)
}

/// How a request to a task went wrong.
package enum UpstreamFailure: Error, Sendable, Equatable {
    /// No connection came about: nothing was sent.
    case cannotConnect(String)
    /// The connection was not accepted in time.
    case connectTimeout
    /// The connection closed before any byte of an answer. On a reused connection the task may just have timed it out.
    case closedBeforeAnswer(wasReused: Bool)
    /// The connection closed within an answer.
    case closedWithinAnswer
    /// The answer was not HTTP/1, or could be read in two ways.
    case invalidAnswer(String)
}
