/// An error as a small report: what was tried and what came back, then where, what was expected, what state is left and
/// what to do next.
package struct Report: Error, Sendable, Codable, Equatable {
    /// One labelled line below the title.
    package struct Detail: Sendable, Codable, Equatable {
        /// `manifest`, `expected`, `state`, `next`; other short words where they say more.
        package var label: String
        package var text: String

        package init(_ label: String, _ text: String) {
            self.label = label
            self.text = text
        }
    }

    /// One line without a full stop: `cannot listen on 127.0.0.1:8443: address already in use`.
    package var what: String
    /// In the order in which they are read.
    package var details: [Detail]

    package init(_ what: String, details: [Detail] = []) {
        self.what = what
        self.details = details
    }

    /// The four usual rows, in their usual order.
    package init(
        _ what: String, manifest: String? = nil, expected: String? = nil, state: String? = nil, next: String? = nil
    ) {
        let rows = [("manifest", manifest), ("expected", expected), ("state", state), ("next", next)]
        self.init(what, details: rows.compactMap { label, text in text.map { Detail(label, $0) } })
    }
}

extension Report: CustomStringConvertible {
    /// Labels in a column of their own; further lines of a text are indented below its first. No newline at the end.
    package var description: String {
        let width = max(8, details.map(\.label.count).max() ?? 0)
        let rows = details.map { detail in
            let lines = detail.text.split(separator: "\n", omittingEmptySubsequences: false)
            let label = detail.label + String(repeating: " ", count: width - detail.label.count)
            let indent = "\n" + String(repeating: " ", count: width + 4)
            return "  \(label)  " + lines.joined(separator: indent)
        }
        return ([what] + rows).joined(separator: "\n")
    }
}
