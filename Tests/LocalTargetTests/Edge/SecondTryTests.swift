import LocalTarget
import NIOCore
import NIOPosix
import Stacks
import Streams
import Synchronization
import TestKit
import Testing
import TrafficRules

/// A body that comes while its request is on the way to a second task.
@Suite struct SecondTryTests {
    /// The first task closes as soon as it has the head. The piece of the body that was asked for then comes at the worst moment: the
    /// second task has been chosen, and there is no connection to it yet.
    @Test(arguments: [BodyFraming.length(3), .chunked])
    func nothingOfTheBodyIsLostBetweenTwoTries(framing: BodyFraming) async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let client = NIOLoopBoundBox.makeBoxSendingValue(SlowClient(loop), eventLoop: loop)
        let failed = Mutex(0)
        let groups = TargetGroups { _, _, _ in
            failed.withLock { $0 += 1 }
            loop.execute { client.value.send("abc") }
        }
        let good = try await ScriptedTask.start("web.1") { _, body, _ in ScriptedAnswer(body: body) }
        let bad = try await RawTask.start("web.2", answer: "")
        groups.setServices([
            Service(name: "web", balancing: ServiceBalancing(ejection: Ejection(failures: 1, time: .seconds(60))))
        ])
        for endpoint in [good.endpoint, bad.endpoint] {
            let target = Target(endpoint, address: try SocketAddress(ipAddress: "127.0.0.1", port: endpoint.port))
            target.standing = .healthy
            groups.add(target)
        }
        let answer = try await loop.flatSubmit {
            let balancer = BalancerLoop(
                eventLoop: loop, groups: groups, counters: ServiceCounters(), settings: .init(name: "app/test/local"),
                clock: LoopClock(), log: nil)
            var head = RequestHead(method: .put, target: "/", authority: "a")
            head.fields.append(.host, "a")
            client.value.ask(
                balancer,
                IncomingRequest(
                    head: head, body: framing,
                    facts: ConnectionFacts(clientAddress: "127.0.0.1", clientPort: 1, serverPort: 2)))
            return client.value.answered.futureResult
        }.get()
        #expect(answer == "200 abc")
        #expect(failed.withLock { $0 } == 1, "the first try went to the good task")
        await good.stop()
        await bad.stop()
    }
}

/// Sends its body when it is told to, whatever was asked of it.
private final class SlowClient: Responder {
    let eventLoop: any EventLoop
    let answered: EventLoopPromise<String>
    private var balancer: BalancerLoop?
    private var receiver: (any RequestReceiver)?
    private var text = ""

    init(_ loop: any EventLoop) {
        eventLoop = loop
        answered = loop.makePromise()
    }

    func ask(_ balancer: BalancerLoop, _ request: IncomingRequest) {
        self.balancer = balancer
        receiver = balancer.begin(request, self)
        // Or a lost body would have the test wait for ever.
        eventLoop.scheduleTask(in: .seconds(20)) { [answered] in answered.succeed("no answer") }
    }

    func send(_ body: String) {
        receiver?.receive(body: ByteBuffer(string: body))
        receiver?.receiveEnd(trailers: nil)
    }

    private func end() {
        balancer?.close()
        answered.succeed(text)
    }

    var isWritable: Bool { true }
    func readBody() {}
    func send(interim head: ResponseHead) {}
    func send(whole head: ResponseHead, body: ByteBuffer?, length: Int?) {
        text = "\(head.status)"
        end()
    }
    func send(_ head: ResponseHead, body: BodyFraming) { text = "\(head.status) " }
    func send(_ bytes: ByteBuffer) { text += String(buffer: bytes) }
    func finish(trailers: HeaderFields?) { end() }
    func abort() {
        text += " aborted"
        end()
    }
    func switchProtocols(_ head: ResponseHead) {}
}
