/// One file of a manifest. The name is what diagnostics call it; nothing is read from it.
package struct ManifestSource: Sendable {
    package var file: String
    package var text: String

    package init(file: String, text: String) {
        self.file = file
        self.text = text
    }
}

/// What a check gives: a stack, or what keeps the manifest from being one.
package struct ManifestResult: Sendable {
    /// Nil when there is any error.
    package var stack: Stack?
    /// Every mistake, in the order of the files and lines.
    package var diagnostics: [Diagnostic]
}

/// Text to meaning, or to everything that is wrong with it.
package enum ManifestCheck {
    /// `sources[0]` is the manifest. A second one is the environment's: its mappings merge into the manifest's, its
    /// lists and scalars replace them.
    package static func check(_ sources: [ManifestSource], environment: String?) -> ManifestResult {
        let sources = sources.isEmpty ? [ManifestSource(file: "terrace.yaml", text: "")] : sources
        var report = MistakeList(sources.map(SourceText.init))
        checkEnvironment(environment, &report)
        let values = sources.enumerated().map { index, source in
            YAMLReading.read(source.text, file: index, isOverlay: index > 0, &report)
        }
        guard !values.contains(where: { $0 == nil }), let merged = merge(values.compactMap { $0 }) else {
            return ManifestResult(stack: nil, diagnostics: report.sorted)
        }
        var stack = StackKeys.shape.read(Found(merged, path: ""), &report)
        stack?.environment = environment
        return ManifestResult(stack: report.hasErrors ? nil : stack, diagnostics: report.sorted)
    }

    private static func checkEnvironment(_ environment: String?, _ report: inout MistakeList) {
        guard let environment, !TextRule.name.accepts(environment) else { return }
        report.error(
            at: Place(file: 0, line: 1, column: 1), path: "--environment",
            "\(Excerpt.quoted(environment)) is not a name", allowed: TextRule.name.allowed)
    }

    static func merge(_ values: [ManifestValue]) -> ManifestValue? {
        guard let first = values.first else { return nil }
        return values.dropFirst().reduce(first) { $0.merged(with: $1) }
    }
}

extension ManifestValue {
    /// Mappings merge key by key; everything else is replaced. Each value keeps the place where it was written.
    func merged(with overlay: ManifestValue) -> ManifestValue {
        guard case .mapping(var entries) = content, case .mapping(let others) = overlay.content else { return overlay }
        var positions = Dictionary(entries.enumerated().map { ($0.element.key, $0.offset) }) { first, _ in first }
        for other in others {
            if let position = positions[other.key] {
                entries[position].value = entries[position].value.merged(with: other.value)
                entries[position].keyPlace = other.keyPlace
            } else {
                positions[other.key] = entries.count
                entries.append(other)
            }
        }
        return ManifestValue(content: .mapping(entries), place: place)
    }
}
