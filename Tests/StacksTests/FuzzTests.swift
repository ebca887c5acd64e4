import Stacks
import TestKit
import Testing

/// Whatever the bytes, a check ends, and with a stack or a reason why there is none.
@Suite struct FuzzTests {
    static let seeds = Array(UInt64(1)...8)
    /// Of each seed; 104 000 in all.
    static let rounds = 13_000

    static let corpus = [
        Manifests.minimal + "zones: 3\nlocal: { http: 80, https: 443 }\n",
        Manifests.service("cpu: 1024\nmemory: 2 GiB\nhealth: { path: /up, interval: 20s }\nroutes: [\"/a/*\", /b]\n"),
        "stack: a\nservices:\n  web: &w { command: [x, 'y'], tasks: { min: 1, max: 3 } }\n  b: { <<: *w, routes: [] }\n",
        Manifests.minimal + "edge:\n  cache:\n    - { path: /s/*, ttl: 1d }\n  domain: a.example.com\n",
        Manifests.minimal
            + "database: { version: 16.8, serverless: { min: 0.5, max: 8 } }\nnetwork: { cidr: 10.0.0.0/16 }\n",
        Manifests.service("environment:\n  A: |\n    text\n  B: \"x\\ty\"\nsecrets: [C]\nscale-on: { cpu: 50 }"),
    ]

    @Test(arguments: seeds) func everyTextHasAStackOrAnError(_ seed: UInt64) {
        var mutation = Mutation(seed: seed, corpus: Self.corpus)
        for round in 0..<Self.rounds {
            let (base, overlay) = mutation.next()
            let result = check(base, overlay: overlay)
            let hasError = result.diagnostics.contains { $0.severity == .error }
            if (result.stack != nil) == hasError {
                Issue.record("seed \(seed), round \(round): \(base.debugDescription)")
                return
            }
            if let first = result.diagnostics.first, first.render().isEmpty || first.line < 1 || first.column < 1 {
                Issue.record("seed \(seed), round \(round): a place outside of the file: \(base.debugDescription)")
                return
            }
        }
    }
}

/// Valid manifests with a few things wrong.
struct Mutation {
    private var generator: SeededGenerator
    private let corpus: [[UInt8]]
    private let tokens: [[UInt8]]

    private static let tokenTexts = [
        ":", ": ", "- ", "? ", "[", "]", "{", "}", ",", "&a ", "*a", "*", "!x ", "|", ">", "\"", "'", "#", "%", "@",
        "\t", "\n",
        "\n  ", "\r\n", "---", "...", "<<: ", "~", "null", "true", "-1", "0", "99999999999999999999", "1e9", ".nan",
        "1d", "5",
        "\u{0}", "\u{FEFF}", "\u{E000}", "\u{E001}", "é", "🙂", "/*", "10.0.0.0/8", "stack", "services", "web", "\\x41",
        "\\0",
    ]

    init(seed: UInt64, corpus: [String]) {
        generator = SeededGenerator(seed: seed)
        self.corpus = corpus.map { Array($0.utf8) }
        tokens = Self.tokenTexts.map { Array($0.utf8) }
    }

    mutating func next() -> (base: String, overlay: String?) {
        let base = mutated()
        return (base, Int.random(in: 0..<10, using: &generator) == 0 ? mutated() : nil)
    }

    private mutating func mutated() -> String {
        var bytes = corpus.randomElement(using: &generator) ?? []
        for _ in 0..<Int.random(in: 1...4, using: &generator) { mutate(&bytes) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private mutating func mutate(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        let range = self.range(in: bytes)
        switch Int.random(in: 0..<7, using: &generator) {
        case 0: bytes[range.lowerBound] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 1: bytes.removeSubrange(range)
        case 2: bytes.insert(contentsOf: bytes[range], at: bytes.indices.randomElement(using: &generator) ?? 0)
        case 3:
            let other = corpus.randomElement(using: &generator) ?? []
            bytes.replaceSubrange(range, with: other[self.range(in: other)])
        case 4: bytes.insert(contentsOf: tokens.randomElement(using: &generator) ?? [], at: range.lowerBound)
        case 5: bytes.replaceSubrange(range.prefix(2), with: tokens.randomElement(using: &generator) ?? [])
        default: bytes = Array(bytes[range]) + bytes[range.upperBound...] + bytes[..<range.lowerBound]
        }
    }

    private mutating func range(in bytes: [UInt8]) -> Range<Int> {
        let start = Int.random(in: 0..<bytes.count, using: &generator)
        return start..<min(bytes.count, start + Int.random(in: 1...24, using: &generator))
    }
}
