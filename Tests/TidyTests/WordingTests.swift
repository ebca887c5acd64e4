import Testing

/// What must not stand in the code at all.
struct WordingTests {
    private struct Ban: Sendable, CustomStringConvertible {
        var text: String
        var reason: String
        var description: String { text }
    }

    /// In code, not in comments or strings.
    private static let inCode = [
        Ban(text: "try!", reason: "crashes on what a user, a peer or a disk can cause"),
        Ban(text: "as!", reason: "crashes when the guess is wrong"),
        Ban(text: "fatalError", reason: "crashes; throw or report a problem"),
        Ban(text: "NSLock", reason: "use Mutex"),
        Ban(text: "Thread.sleep", reason: "blocks a thread"),
        Ban(
            text: "socketOption(.tcp_nodelay)",
            reason: "sets SO_DEBUG, which only root may; tcpOption is the level of TCP"),
        Ban(text: "print(\"DEBUG", reason: "left over"),
    ]

    /// Anywhere. Spelled apart, so that this file does not find itself.
    private static let anywhere = [
        Ban(text: "TO" + "DO", reason: "do it, or write an issue"),
        Ban(text: "FIX" + "ME", reason: "fix it, or write an issue"),
        Ban(text: "XX" + "X:", reason: "say what is wrong, or mend it"),
    ]

    private static let bannedNames = ["Utils", "Utilities", "Helpers", "Helper", "Common", "Misc", "Manager"]

    @Test(arguments: inCode)
    private func nothingInTheCodeCrashesOnPurpose(ban: Ban) {
        for file in ShippedCode.below("Sources", "Examples/guestbook", "Benchmarks") {
            for (index, line) in file.lines.enumerated() where line.contains(ban.text) {
                Issue.record("\(file.path):\(index + 1): \(ban.text) — \(ban.reason)")
            }
        }
    }

    @Test(arguments: anywhere)
    private func nothingIsLeftForLater(ban: Ban) {
        for file in SourceTree.swift(below: "Sources", "Examples/guestbook", "Tests", "Benchmarks") {
            for (index, line) in file.lines.enumerated() where line.contains(ban.text) {
                Issue.record("\(file.path):\(index + 1): \(ban.text) — \(ban.reason)")
            }
        }
    }

    @Test func noFileIsNamedAfterNothing() {
        for file in SourceTree.swift(below: "Sources", "Examples/guestbook", "Tests", "Benchmarks") {
            let stem = file.name.dropLast(".swift".count)
            #expect(
                !Self.bannedNames.contains { stem.hasSuffix($0) }, "\(file.path): name the file after the idea in it")
            #expect(stem.lowercased() != "placeholder", "\(file.path): nothing holds a place")
        }
    }

    /// A path of one person's machine works on no other.
    @Test func noPathBelongsToOneMachine() {
        let isText = { (name: String) in
            ["swift", "md", "yaml", "yml", "sh", "c", "h", "Makefile", "Dockerfile"].contains {
                name.hasSuffix("." + $0) || name.hasSuffix("/" + $0) || name == $0
            }
        }
        for folder in ["Sources", "Tests", "Examples", "scripts", "Benchmarks"] {
            for file in SourceTree.files(below: folder, where: isText) where file.name != "WordingTests.swift" {
                for (index, line) in file.lines.enumerated() where line.contains(homePath) {
                    Issue.record("\(file.path):\(index + 1): a path that exists on one machine only")
                }
            }
        }
    }
}

nonisolated(unsafe) private let homePath = /\/(?:home|Users)\/[a-z][a-z0-9._-]*|\/root\/|\/work\//
