import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// Stands between an AWS client and the peer: delays every call, makes some of them go wrong, keeps a record of all.
package final class FaultProxy: Sendable {
    /// Called when the peer has carried out a mutating call, and before its answer is passed on: with its number, 1 for the
    /// first, and the call.
    package typealias Hook = @Sendable (_ number: Int, _ call: PeerCall) async -> Void

    private struct State {
        var plan: FaultPlan
        var calls: [PeerCall] = []
        var inFlight = 0
        var mutations = 0
        var hook: Hook?
        var latency: Duration
        var refusals: [String: PeerRefusal] = [:]
    }

    private let peer: Int
    private let began = ContinuousClock.now
    private let state: Mutex<State>
    private let client: HTTPClient
    private let group: MultiThreadedEventLoopGroup
    private let listening = Mutex<(any Channel)?>(nil)

    /// `peer`: the port of the API server on this machine.
    package init(to peer: Int, latency: Duration = .zero, faults: FaultRates = FaultRates(), seed: UInt64 = 1) {
        self.peer = peer
        state = Mutex(State(plan: FaultPlan(faults, seed: seed), latency: latency))
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        var configuration = HTTPClient.Configuration(timeout: .init(connect: .seconds(10), read: .seconds(120)))
        // As many as a client may have open; the peer works on one at a time in any case.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 256
        client = HTTPClient(eventLoopGroupProvider: .shared(group), configuration: configuration)
    }

    /// Listens on a free port of the loopback address and returns it.
    package func start() async throws -> Int {
        let channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: true)
                    try channel.pipeline.syncOperations.addHandler(ProxyConnection(self))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        listening.withLock { $0 = channel }
        guard let port = channel.localAddress?.port else { throw PeerFailure("the proxy has no port") }
        return port
    }

    package func stop() async {
        let channel = listening.withLock { channel in
            defer { channel = nil }
            return channel
        }
        try? await channel?.close()
        try? await client.shutdown()
        try? await group.shutdownGracefully()
    }

    /// The calls that have ended, in the order in which they ended.
    package var calls: [PeerCall] { state.withLock { $0.calls } }
    package var inFlight: Int { state.withLock { $0.inFlight } }

    /// Forgets the record, numbers mutating calls from 1 again, and has `hook` called from now on.
    package func restart(hook: Hook? = nil) {
        state.withLock {
            $0.calls = []
            $0.mutations = 0
            $0.hook = hook
        }
    }

    /// From now on these operations are answered so and not passed on; any others as ever.
    package func refuse(_ refusals: [String: PeerRefusal]) { state.withLock { $0.refusals = refusals } }

    private var now: Double { (ContinuousClock.now - began).inSeconds }

    /// nil: the connection is to be closed without an answer.
    func handle(_ request: PeerRequest) async -> PeerAnswer? {
        let from = now
        if let refusal = state.withLock({ $0.refusals[request.operation] }) {
            return FaultAnswers.refusal(request, refusal.status, refusal.code, refusal.message)
        }
        let (drawn, latency) = state.withLock { state in
            state.inFlight += 1
            return (state.plan.fault(for: request, at: from), state.latency)
        }
        if latency > .zero { try? await Task.sleep(for: latency) }
        let fault = drawn?.0
        var answer: PeerAnswer?
        let passesOn = fault == nil || fault == .failedAfter || fault == .closedAfter
        if passesOn { answer = await ask(request) }
        let tookEffect = passesOn && (answer?.status ?? 500) < 300
        if let drawn, drawn.0 != .closedBefore, drawn.0 != .closedAfter {
            answer = FaultAnswers.answer(drawn.0, drawn.subject, to: request)
        } else if drawn != nil {
            answer = nil
        }
        await record(request, from: from, answer, fault, tookEffect)
        return answer
    }

    private func record(
        _ request: PeerRequest, from: Double, _ answer: PeerAnswer?, _ fault: Fault?, _ tookEffect: Bool
    ) async {
        let ended = now
        let call = PeerCall(
            service: request.service, operation: request.operation, subject: request.subject,
            isMutating: request.isMutating, began: from, ended: ended, status: answer?.status ?? 0, fault: fault,
            tookEffect: tookEffect)
        let due: (Hook, Int)? = state.withLock { state in
            state.calls.append(call)
            if fault == nil, let answer { state.plan.answered(request, answer, at: ended) }
            guard call.isMutating, tookEffect else { return nil }
            state.mutations += 1
            return state.hook.map { ($0, state.mutations) }
        }
        if let (hook, number) = due { await hook(number, call) }
        state.withLock { $0.inFlight -= 1 }
    }

    private func ask(_ request: PeerRequest) async -> PeerAnswer {
        var outgoing = HTTPClientRequest(url: "http://127.0.0.1:\(peer)\(request.uri)")
        outgoing.method = HTTPMethod(rawValue: request.method)
        for header in request.headers where !Self.ofOneHop.contains(header.name.lowercased()) {
            outgoing.headers.add(name: header.name, value: header.value)
        }
        if !request.body.isEmpty { outgoing.body = .bytes(ByteBuffer(bytes: request.body)) }
        do {
            let response = try await client.execute(outgoing, timeout: .seconds(120))
            let body = try await response.body.collect(upTo: 64 << 20)
            let headers = response.headers.filter { !Self.ofOneHop.contains($0.name.lowercased()) }
            return PeerAnswer(
                status: Int(response.status.code), headers: headers.map { ($0.name, $0.value) },
                body: Array(body.readableBytesView))
        } catch {
            return FaultAnswers.refusal(request, 502, "PeerFailed", "\(error)")
        }
    }

    private static let ofOneHop: Set<String> = [
        "connection", "content-length", "transfer-encoding", "expect", "keep-alive", "date",
    ]
}

/// What a service answers when it will not do a call.
package struct PeerRefusal: Sendable {
    package var status: Int
    package var code: String
    package var message: String

    package init(_ status: Int, _ code: String, _ message: String) {
        self.status = status
        self.code = code
        self.message = message
    }
}

/// Why a peer could not do its work.
package struct PeerFailure: Error, CustomStringConvertible {
    package var description: String
    package init(_ description: String) { self.description = description }
}
