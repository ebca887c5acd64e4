import Processes

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Runs blocking work on a thread of its own, so that neither an event loop nor Swift's few task threads stand still.
func onOwnThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        let code = startThread { continuation.resume(with: Result { try body() }) }
        if code != 0 {
            continuation.resume(
                throwing: DatabaseError("start a thread", answer: String(cString: strerror(code))))
        }
    }
}
