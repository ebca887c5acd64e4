import Foundation
import Machine
import Synchronization

/// The ports of a stack under test: three different ones of 127.0.0.1 that were free a moment ago, below the range of outgoing
/// connections and below that of tasks.
package struct StackPorts: Sendable {
    package var https = StackPorts.draw()
    package var http = StackPorts.draw()
    package var console = StackPorts.draw()

    package init() {}

    /// A line of the manifest.
    package var text: String { "local: { https: \(https), http: \(http), console: \(console) }\n" }

    /// One after the other, so that a process has drawn them all before it draws one again. `TERRACE_TEST_PORTS` says where it
    /// begins, for processes side by side (scripts/test); otherwise that is a matter of chance.
    package static func draw() -> Int {
        while true {
            let port = last.withLock { last in
                last = last < range.upperBound - 1 ? last + 1 : range.lowerBound
                return last
            }
            if LoopbackPorts.bindable(port) != nil { return port }
        }
    }

    private static let range = 10_000..<19_000
    private static let last = Mutex(
        ProcessInfo.processInfo.environment["TERRACE_TEST_PORTS"].flatMap(Int.init) ?? Int.random(in: range))
}
