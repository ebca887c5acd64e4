/// A file of an export: its name below the export's folder, and what is in it.
package struct ExportedFile: Sendable, Equatable {
    package var name: String
    /// Ends with a newline.
    package var text: String

    /// How the first line of every file begins: whoever writes the next export may replace it.
    package static let mark = "# Written by `terrace export"

    package init(name: String, text: String) {
        self.name = name
        self.text = text
    }
}
