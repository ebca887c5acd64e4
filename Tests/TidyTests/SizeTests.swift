import Testing

/// Limits that a reader feels. They are ceilings, far above the usual size, so that reaching one means: cut the part.
struct SizeTests {
    private static let longestFile = 500
    private static let longestFunction = 70

    @Test func noSourceFileIsLongerThanAReaderBears() {
        for file in SourceTree.swift(below: "Sources", "Examples/guestbook") where file.lines.count > Self.longestFile {
            Issue.record("\(file.path): \(file.lines.count) lines; at most \(Self.longestFile)")
        }
    }

    @Test func noFunctionNeedsScrolling() {
        for file in ShippedCode.below("Sources", "Examples/guestbook") {
            for function in functions(in: file.lines) where function.length > Self.longestFunction {
                Issue.record(
                    "\(file.path):\(function.line): \(function.length) lines in one function; at most \(Self.longestFunction)"
                )
            }
        }
    }

    @Test func functionsAreMeasuredByTheirBraces() {
        let text = [
            "struct A {", "    func one() { if a { b() } }", "    init(", "        x: Int", "    ) {",
            "        let s = \"}\" // }", "    }", "    func two(f: () -> Void = { }) {", "        f()", "    }", "}",
        ]
        let found = functions(in: CodeText(text).lines)
        #expect(found.map(\.line) == [2, 3, 8])
        #expect(found.map(\.length) == [1, 5, 3])
    }
}

/// From the line of `func` or `init` to the line of its closing brace. A protocol's requirement has no body and is left out.
private func functions(in code: [String]) -> [(line: Int, length: Int)] {
    code.indices.compactMap { start in
        let words = code[start].split { !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != "." }
        guard words.contains("func") || words.contains("deinit") || code[start].contains(declaresInit) else {
            return nil
        }
        return end(of: start, in: code).map { (start + 1, $0 - start + 1) }
    }
}

nonisolated(unsafe) private let declaresInit = /^\s*(?:[a-z@]+\s+)*init[?!]?[(<]/

/// The first brace outside parentheses opens the body.
private func end(of start: Int, in code: [String]) -> Int? {
    var parentheses = 0
    var braces = 0
    for index in start..<code.endIndex {
        for character in code[index] {
            switch character {
            case "(": parentheses += 1
            case ")": parentheses -= 1
            case "{" where parentheses == 0 || braces > 0: braces += 1
            case "}" where parentheses == 0 || braces > 0:
                braces -= 1
                if braces == 0 { return index }
                if braces < 0 { return nil }
            default: break
            }
        }
        // The line ended, nothing is open and no body began: a requirement.
        let next = index + 1 < code.endIndex ? code[index + 1].drop { $0 == " " } : ""
        let goesOn = ["{", "where", "->", "throws", "async", ")"].contains { next.hasPrefix($0) }
        if braces == 0, parentheses == 0, !goesOn { return nil }
    }
    return nil
}
