import NIOCore
import Stacks
import Streams
import TrafficRules

/// One health check: a request over a connection of its own, and its result within the time limit.
final class HealthProbe: ResponseReceiver {
    private let loop: any EventLoop
    private let timeout: TimeAmount
    private var ended: ((TargetHealth.ProbeResult) -> Void)?
    private var connection: (any UpstreamRequest)?
    private var timer: Scheduled<Void>?
    private var result = TargetHealth.ProbeResult.failed(.brokenAnswer)
    /// The method that is called; nil for a page that is asked for.
    private var call: String?
    private var callHead = ResponseHead(status: 0)
    private var message: [UInt8] = []

    /// Of a call's answer; a health service's is 7 bytes long.
    private static let longestMessage = 1024

    init(loop: any EventLoop, timeout: TimeAmount, ended: @escaping (TargetHealth.ProbeResult) -> Void) {
        self.loop = loop
        self.timeout = timeout
        self.ended = ended
    }

    func start(over pool: UpstreamPool, to target: Target, path: String, _ speaks: TaskProtocol) {
        timer = loop.assumeIsolated().scheduleTask(in: timeout) { [weak self] in self?.end(.failed(.timeout)) }
        let authority = "127.0.0.1:\(target.endpoint.port)"
        if speaks == .grpc { call = path }
        if speaks.isMultiplexed {
            pool.withStream(to: target.address) { self.opened($0, path, authority) }
        } else {
            pool.connect(to: target.address) { self.opened($0.map { $0 }, path, authority) }
        }
    }

    private func opened(
        _ result: Result<any UpstreamRequest, UpstreamFailure>, _ path: String, _ authority: String
    ) {
        switch result {
        case .failure(.connectTimeout): end(.failed(.timeout))
        case .failure: end(.failed(.connectionRefused))
        case .success(let connection):
            guard ended != nil else { return connection.cancel() }
            self.connection = connection
            if call == nil {
                var head = RequestHead(method: .get, target: path, authority: authority)
                head.fields.append(.host, head.authority)
                head.fields.append(.userAgent, "ELB-HealthChecker/2.0")
                head.fields.append(.connection, "close")
                connection.send(head, body: .none, receiver: self)
            } else {
                let message = GRPCHealth.request
                let head = GRPCHealth.head(path: path, authority: authority)
                connection.send(head, body: .length(message.count), receiver: self)
                connection.send(ByteBuffer(bytes: message))
                connection.finishRequest(trailers: nil)
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
        callHead = head
        connection?.readBody()
    }

    func receive(answer body: ByteBuffer) {
        if call != nil, message.count < Self.longestMessage { message += body.readableBytesView }
        connection?.readBody()
    }

    func receiveAnswerEnd(trailers: HeaderFields?) {
        guard let call else { return end(result) }
        end(
            GRPCHealth.result(
                status: callHead.status, call: GRPCStatus(in: trailers) ?? GRPCStatus(in: callHead.fields),
                message: message, isStandard: call == HealthCheck.callPath))
    }
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
