import Proofs

/// A proof over far more rules than a network can have.
enum ProofCase: BenchmarkCase {
    static let name = "proof"
    private static let runs = 11

    static func run(_ report: BenchReport) throws {
        let network = ManyRules.network()
        let clock = ContinuousClock()
        var (proving, telling) = (Series(), Series())
        for _ in 0..<runs {
            let begin = clock.now
            let proof = Proof(network)
            let proved = clock.now
            guard !proof.text.isEmpty else { throw BenchFailure("the proof says nothing") }
            proving.values.append((proved - begin).milliseconds)
            telling.values.append((clock.now - proved).milliseconds)
        }
        report.title("A proof over \(ManyRules.count) rules")
        report.table(
            ["step", "min / **median** / max"],
            [
                ["every pair of parties, every claim, each zone lost", proving.text(digits: 0, unit: "ms")],
                ["what stops the rest, rules that change nothing, as text", telling.text(digits: 0, unit: "ms")],
            ])
        report.method(
            "`terrace-bench proof`, \(runs) runs in one process: \(network.parties.count) parties in three zones, rules drawn from "
                + "blocks of every size and ranges of ports, a tenth of them by group.")
    }
}
