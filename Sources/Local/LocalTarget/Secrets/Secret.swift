/// A value that never prints: every description of it is `•••`.
package struct Secret: Sendable, Equatable {
    private let value: String

    package init(_ value: String) { self.value = value }

    /// The only way to the value. Call it where it leaves for its one receiver, never to store or to print it.
    package func reveal() -> String { value }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "•••" }
    package var debugDescription: String { "•••" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
