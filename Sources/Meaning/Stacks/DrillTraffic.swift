/// What a drill's load asks of the application.
package struct DrillTraffic: Sendable, Equatable {
    /// A form that the application stores.
    package struct Write: Sendable, Equatable {
        package var path: String
        /// `{number}` in it becomes a number.
        package var body: String
        /// The body's content type.
        package var type: String

        package init(path: String, body: String = "", type: String = "application/x-www-form-urlencoded") {
            self.path = path
            self.body = body
            self.type = type
        }
    }

    package var read: String
    package var write: Write?
    /// Something that the edge's cache keeps.
    package var cached: String?

    package init(read: String = "/", write: Write? = nil, cached: String? = nil) {
        self.read = read
        self.write = write
        self.cached = cached
    }
}
