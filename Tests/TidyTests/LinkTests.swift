import Foundation
import Testing

/// What README and the pages below docs/ point at is there: a file that was moved takes its readers along.
struct LinkTests {
    @Test func everyLinkToAFileLeadsToOne() {
        let tops = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"].compactMap(SourceTree.file)
        let pages = tops + below("docs") + below("Examples")
        #expect(pages.count > 6)
        for page in pages {
            let folder = SourceTree.root.appending(path: page.path).deletingLastPathComponent()
            for target in page.lines.flatMap(targets) {
                let path = folder.appending(path: target).standardizedFileURL.path(percentEncoded: false)
                #expect(FileManager.default.fileExists(atPath: path), "\(page.path): \(target)")
            }
        }
    }

    @Test func linksAndPicturesAreFound() {
        let line = #"[a](docs/aws.md#restoring), <img src="docs/aws.svg">, [b](https://example.com), [c](#limits)"#
        #expect(targets(in: line) == ["docs/aws.md", "docs/aws.svg"])
    }

    private func below(_ folder: String) -> [SourceTree.File] {
        SourceTree.files(below: folder) { $0.hasSuffix(".md") }
    }

    /// Relative ones, without the place inside of the page.
    private func targets(in line: String) -> [String] {
        line.matches(of: /\]\(([^)\s]+)\)|src="([^"]+)"/)
            .compactMap { $0.output.1 ?? $0.output.2 }
            .filter { !$0.contains("://") && !$0.hasPrefix("#") }
            .map { String($0.prefix { $0 != "#" }) }
    }
}
