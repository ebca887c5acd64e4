/// The modules that a file imports, with their lines: `package import struct Foundation.Date` imports `Foundation`.
func imports(of file: SourceTree.File) -> [(module: String, line: Int)] {
    let modifiers: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
    let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias", "actor"]
    return file.lines.enumerated().compactMap { index, line in
        var words = line.split(separator: " ").drop { modifiers.contains($0) || $0.hasPrefix("@") }
        guard words.popFirst() == "import", var module = words.popFirst() else { return nil }
        if kinds.contains(module), let next = words.popFirst() { module = next }
        return (String(module.prefix { $0 != "." }), index + 1)
    }
}
