import Processes

/// Runs blocking work on a thread of its own, so that neither an event loop nor Swift's few task threads stand still.
func onOwnThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        startThread { continuation.resume(with: Result { try body() }) }
    }
}
