import Foundation
import PeerKit
import Synchronization

/// The peer and the proxy in front of it, for one measurement: 80 ms for each call, and creations at a sixtieth of real life.
struct BenchCloud {
    static let latency = Duration.milliseconds(80)
    static let speed = 60.0

    let proxy: FaultProxy
    let port: Int

    static func with<Value>(speed: Double = BenchCloud.speed, _ body: (BenchCloud) throws -> Value) throws -> Value {
        let moto = try MotoServer(speed: speed)
        let end: @Sendable () -> Void = { moto.stop() }
        return try Farewell.after(end) {
            let proxy = FaultProxy(to: moto.port, latency: latency)
            let port = try waiting { try await proxy.start() }
            defer { _ = try? waiting { await proxy.stop() } }
            return try body(BenchCloud(proxy: proxy, port: port))
        }
    }

    var environment: [String: String] {
        var values = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("AWS_") }
        values["AWS_ENDPOINT_URL"] = "http://127.0.0.1:\(port)"
        values["AWS_ACCESS_KEY_ID"] = "AKIDEXAMPLE"
        values["AWS_SECRET_ACCESS_KEY"] = "example"
        values["AWS_REGION"] = "us-east-1"
        values["AWS_EC2_METADATA_DISABLED"] = "true"
        return values
    }
}

private final class Outcome<Value: Sendable>: Sendable {
    let result = Mutex<Result<Value, any Error>?>(nil)
}

/// The end of an asynchronous call, for code that has nothing else to do.
func waiting<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) throws -> Value {
    let (found, done) = (Outcome<Value>(), DispatchSemaphore(value: 0))
    Task {
        let result: Result<Value, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        found.result.withLock { $0 = result }
        done.signal()
    }
    done.wait()
    guard let result = found.result.withLock({ $0 }) else { throw BenchFailure("a task ended without a result") }
    return try result.get()
}
