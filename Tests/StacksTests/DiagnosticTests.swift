import Stacks
import TestKit
import Testing

/// Every kind of mistake, and what is said about it. The golden files are the documentation of the messages.
@Suite struct DiagnosticTests {
    struct Chapter: Sendable, CustomTestStringConvertible {
        var name: String
        var texts: [String]
        var testDescription: String { name }
    }

    static let chapters = [
        Chapter(name: "yaml", texts: yaml), Chapter(name: "limits", texts: limits),
        Chapter(name: "types", texts: types), Chapter(name: "top-level", texts: topLevel),
        Chapter(name: "network", texts: network), Chapter(name: "edge", texts: edge),
        Chapter(name: "service", texts: service), Chapter(name: "health", texts: health),
        Chapter(name: "database", texts: database), Chapter(name: "usage", texts: usage),
        Chapter(name: "balancer", texts: balancer), Chapter(name: "balancing", texts: balancing),
        Chapter(name: "drill", texts: drill), Chapter(name: "jobs", texts: jobs),
    ]

    @Test(arguments: chapters) func eachMistakeIsSaid(_ chapter: Chapter) {
        let text = chapter.texts.map { manifest in
            let shown = manifest.count > 600 ? "(\(manifest.prefix(40))… \(manifest.utf8.count) bytes)\n" : manifest
            return "\(shown)\(shown.hasSuffix("\n") ? "" : "\n")⋯\n\(said(about: manifest))"
        }.joined(separator: "\n════════\n\n")
        expectGolden(text, "mistakes-\(chapter.name)")
    }

    @Test func everyMistakeIsSaidAtOnce() {
        let text = """
            stack: My Shop
            reigon: us-east-1
            zones: 4
            services:
              web:
                comand: run
                cpu: 300
                memory: "lots"
                health: { path: health, timeout: 20, interval: 10s }
                routes: [/*, static]
                environment: { PGHOST: x, path: y }
            databse: {}
            local: { https: 8080 }
            """
        expectGolden(said(about: text), "all-at-once")
    }

    @Test func aStyleChangesTheDressNotTheWords() {
        let marked = DiagnosticStyle { part, text in "<\(part):\(text)>" }
        let result = check(Manifests.service("cpu: 300"))
        #expect(
            result.diagnostics.render(style: marked) == """
                <place:terrace.yaml:5:10:> <error:error:> services.web.cpu: 300 is not one of the sizes
                <lineNumber:   5 |>     cpu: 300
                <lineNumber:     |>          <caret:^>
                  <label:allowed>  256, 512, 1024, 2048, 4096, 8192, 16384
                  <label:nearest>  256

                """)
    }

    @Test func aFileFullOfMistakesIsCutShort() {
        let text = Manifests.minimal + (0..<5000).map { "key\($0): 1\n" }.joined()
        #expect(check(text).diagnostics.count == 100)
    }
}
