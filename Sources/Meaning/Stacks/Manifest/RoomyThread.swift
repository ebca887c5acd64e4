import Dispatch
import Foundation
import Synchronization

/// A thread with a stack of a known size. Yams composes by recursion and libyaml stops it only after a thousand levels,
/// each of which may count twice: more than the 512 KiB that a secondary thread has on macOS.
enum RoomyThread {
    /// Enough for the deepest trees that libyaml lets through, in a debug build: the nesting tests are the proof. Only
    /// pages that are used cost memory.
    static let stackSize = 16 << 20

    static func run<Result: Sendable>(_ body: @escaping @Sendable () -> Result) -> Result? {
        let box = Box<Result>()
        let done = DispatchSemaphore(value: 0)
        let thread = Thread {
            let result = body()
            box.value.withLock { $0 = result }
            done.signal()
        }
        thread.stackSize = stackSize
        thread.start()
        done.wait()
        return box.value.withLock { $0 }
    }

    private final class Box<Value: Sendable>: Sendable {
        let value = Mutex<Value?>(nil)
    }
}
