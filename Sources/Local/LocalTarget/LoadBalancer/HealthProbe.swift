import NIOCore
import Streams
import TrafficRules

/// One health check: a request over a connection of its own, and its result within the time limit.
final class HealthProbe: ResponseReceiver {
    private let loop: any EventLoop
    private let timeout: TimeAmount
    private var ended: ((TargetHealth.ProbeResult) -> Void)?
    private var connection: UpstreamConnection?
    private var timer: Scheduled<Void>?
    private var result = TargetHealth.ProbeResult.failed(.brokenAnswer)

    init(loop: any EventLoop, timeout: TimeAmount, ended: @escaping (TargetHealth.ProbeResult) -> Void) {
        self.loop = loop
        self.timeout = timeout
        self.ended = ended
    }

    func start(over pool: UpstreamPool, to target: Target, path: String) {
        timer = loop.assumeIsolated().scheduleTask(in: timeout) { [weak self] in self?.end(.failed(.timeout)) }
        var head = RequestHead(method: .get, target: path, authority: "127.0.0.1:\(target.endpoint.port)")
        head.fields.append(.host, head.authority)
        head.fields.append(.userAgent, "ELB-HealthChecker/2.0")
        head.fields.append(.connection, "close")
        pool.withConnection(to: target.address, reusing: false) { result in
            switch result {
            case .failure(.connectTimeout): self.end(.failed(.timeout))
            case .failure: self.end(.failed(.connectionRefused))
            case .success(let connection):
                guard self.ended != nil else { return connection.cancel() }
                self.connection = connection
                connection.send(head, body: .none, receiver: self)
            }
        }
    }

    /// Nobody waits for the result any more.
    func cancel() {
        ended = nil
        end(result)
    }

    func receive(interim head: ResponseHead) {}

    func receive(head: ResponseHead, body: BodyFraming) {
        result = TargetHealth.ProbeResult(status: head.status)
        connection?.readBody()
    }

    func receive(answer body: ByteBuffer) { connection?.readBody() }
    func receiveAnswerEnd(trailers: HeaderFields?) { end(result) }
    func switched(head: ResponseHead) { end(.failed(.status(101))) }
    func failed(_ failure: UpstreamFailure) { end(.failed(.brokenAnswer)) }
    func taskWritabilityChanged(isWritable: Bool) {}

    private func end(_ result: TargetHealth.ProbeResult) {
        timer?.cancel()
        let (ended, connection) = (ended, connection)
        self.ended = nil
        self.connection = nil
        connection?.cancel()
        ended?(result)
    }
}
