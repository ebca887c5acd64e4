/// A Swift file that is no test, comments and the insides of strings taken out.
struct ShippedCode: Sendable {
    /// From the checkout's root.
    var path: String
    var lines: [String]

    /// Made once for all tests: taking comments out of every file takes seconds in code that is not optimised.
    private static let all = SourceTree.swift(below: "Sources", "Examples/guestbook", "Benchmarks").map {
        ShippedCode(path: $0.path, lines: CodeText($0.lines).lines)
    }

    static func below(_ folders: String...) -> [ShippedCode] {
        all.filter { file in folders.contains { file.path.hasPrefix($0 + "/") } }
    }
}
