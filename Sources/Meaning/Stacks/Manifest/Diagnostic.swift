/// One mistake in a manifest, said so that it can be mended without the documentation: where it stands, what was
/// found, what is allowed, and the nearest word that would have been right.
package struct Diagnostic: Sendable, Equatable {
    package enum Severity: String, Sendable {
        /// The manifest has no meaning: there will be no stack.
        case error
        /// The stack is as written; its author probably wants to know.
        case warning
    }

    package var severity: Severity
    package var file: String
    /// From 1.
    package var line: Int
    /// From 1, counted in Unicode scalars.
    package var column: Int
    /// `services.web.cpu`; empty where the mistake is in the YAML itself.
    package var path: String
    package var message: String
    package var allowed: String?
    package var nearest: String?
    /// The line of the file at the place; nil where the file has no such line.
    package var sourceLine: String?

    package init(
        severity: Severity = .error, file: String, line: Int, column: Int, path: String, message: String,
        allowed: String? = nil, nearest: String? = nil, sourceLine: String? = nil
    ) {
        self.severity = severity
        self.file = file
        self.line = line
        self.column = column
        self.path = path
        self.message = message
        self.allowed = allowed
        self.nearest = nearest
        self.sourceLine = sourceLine
    }
}
