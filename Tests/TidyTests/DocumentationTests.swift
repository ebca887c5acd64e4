import Testing

/// `swift format` asks for documentation of `public` declarations only, and nearly everything here is `package`.
struct DocumentationTests {
    @Test func everyTypeOthersSeeSaysWhatItIs() {
        for file in SourceTree.swift(below: "Sources") {
            for (line, name) in undocumentedTypes(in: file) {
                Issue.record("\(file.path):\(line): \(name) has no `///` that says what it is")
            }
        }
    }

    @Test func attributesMayStandBetweenTheCommentAndTheType() {
        let text = ["/// What.", "@frozen", "package struct A {}", "", "package enum B {}", "struct C {}"]
        #expect(undocumentedTypes(in: SourceTree.File(path: "x", lines: text)).map(\.name) == ["B"])
    }
}

/// Types of the outermost level: a nested one is explained by what it is nested in.
private func undocumentedTypes(in file: SourceTree.File) -> [(line: Int, name: String)] {
    let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "actor"]
    return file.lines.indices.compactMap { index in
        let line = file.lines[index]
        guard line.hasPrefix("package ") || line.hasPrefix("public "), !line.contains(" import ") else { return nil }
        let words = line.split { $0 == " " || $0 == ":" || $0 == "<" || $0 == "{" }
        guard let kind = words.firstIndex(where: kinds.contains), kind <= 4, kind + 1 < words.count else { return nil }
        // `class func` and the like are members, not types.
        guard !words[..<kind].contains("func"), !words[..<kind].contains("var") else { return nil }
        let above = file.lines[..<index].last { !$0.hasPrefix("@") } ?? ""
        return above.hasPrefix("///") ? nil : (index + 1, String(words[kind + 1]))
    }
}
