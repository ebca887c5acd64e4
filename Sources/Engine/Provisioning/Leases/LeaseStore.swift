/// Where the lease of a stack is kept, so that one operator changes it at a time. A text with a version that the store
/// counts up by one with every write.
package protocol LeaseStore: Sendable {
    /// Nil when there is none.
    func read() async throws -> StoredLease?

    /// False when there is one already.
    func create(_ text: String) async throws -> Bool

    /// Writes whether there is one or not; answers with the version that the text got, 1 for a new one.
    func overwrite(_ text: String) async throws -> Int

    /// "Not there" is success.
    func remove() async throws
}

/// A lease as it was read.
package struct StoredLease: Sendable, Equatable {
    package var text: String
    package var version: Int
    /// Since it was written, both times by the store's own clock: clocks of operators differ.
    package var age: Duration

    package init(text: String, version: Int, age: Duration) {
        self.text = text
        self.version = version
        self.age = age
    }
}
