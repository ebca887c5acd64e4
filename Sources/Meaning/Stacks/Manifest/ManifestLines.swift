/// Where a manifest says something, for those who report what was made of it. Like a diagnostic's place, but of a manifest that
/// is right.
package struct ManifestLines: Sendable {
    private let files: [String]
    /// Nil where the YAML could not be read.
    private let root: Found?

    /// The same sources that became the stack: the manifest and what is merged over it.
    package init(_ sources: [ManifestSource]) {
        files = sources.map(\.file)
        var report = MistakeList(sources.map(SourceText.init))
        let values = sources.enumerated().compactMap { index, source in
            YAMLReading.read(source.text, file: index, isOverlay: index > 0, &report)
        }
        root = ManifestCheck.merge(values).map { Found($0, path: "") }
    }

    /// Where the first of the keys stands that the manifest has, such as `services.web`. A manifest that leaves all of them to
    /// their defaults is meant as a whole: its first key, or the first line.
    package func line(of keys: [String]) -> (file: String, number: Int) {
        let places = keys.lazy.compactMap { self.place(of: $0) }
        let place = places.first ?? root?.children.first?.found.keyPlace ?? Place(file: 0, line: 1, column: 1)
        return (files.indices.contains(place.file) ? files[place.file] : "terrace.yaml", place.line)
    }

    private func place(of path: String) -> Place? {
        var found = root
        for key in path.split(separator: ".") { found = found?.child(String(key)) }
        return found?.keyPlace
    }
}
