import Synchronization

/// A value that the control plane changes rarely and event loops read on every request: each loop keeps a `LoopCopy`
/// and looks at the value, under its lock, only when the generation has moved.
package final class Published<Value: Sendable>: Sendable {
    private let value: Mutex<Value>
    private let version = Atomic(0)

    package init(_ value: Value) { self.value = Mutex(value) }

    package var generation: Int { version.load(ordering: .acquiring) }
    package var current: Value { value.withLock { $0 } }

    @discardableResult
    package func update<Result>(_ body: (inout Value) -> Result) -> Result {
        let result = value.withLock { body(&$0) }
        version.wrappingAdd(1, ordering: .releasing)
        return result
    }
}

/// One event loop's view of a published value.
package struct LoopCopy<Value: Sendable> {
    private let source: Published<Value>
    private var generation: Int
    package private(set) var value: Value

    package init(_ source: Published<Value>) {
        self.source = source
        generation = source.generation
        value = source.current
    }

    /// Takes the latest value over; true when there was a newer one.
    package mutating func refresh() -> Bool {
        let latest = source.generation
        guard latest != generation else { return false }
        generation = latest
        value = source.current
        return true
    }
}
