import Proofs
import Resources
import Testing

/// What is given up stands in one table, which `verify` and the exports read.
struct WaiverTests {
    @Test(arguments: Sample.allCases)
    func everyWaivedControlHasItsReasonFromTheTable(sample: Sample) throws {
        let controls = Controls(of: sample.graph)
        for control in controls.results.filter(\.isWaived) {
            let resource = try #require(sample.graph[control.address])
            let waiver = Waiver.all(of: resource).first { $0.checks.contains(control.id) }
            #expect(control.outcome == waiver.map { .waived($0.reason) }, "\(control)")
        }
    }

    /// A scanner's check that `verify` has never heard of would be waived in silence. What scanners do not see holds there.
    @Test(arguments: Sample.allCases)
    func everyWaiverIsAboutAControl(sample: Sample) {
        let controls = Controls(of: sample.graph).results
        let known = Set(controls.flatMap { [$0.id] + $0.also })
        for resource in sample.graph.resources {
            for waiver in Waiver.all(of: resource) {
                #expect(Set(waiver.checks).isSubset(of: known), "\(resource.address): \(waiver.checks)")
                guard waiver.ground == .unseen else { continue }
                let own = controls.filter { !Set([$0.id] + $0.also).isDisjoint(with: waiver.checks) }
                #expect(own.allSatisfy { $0.outcome == .passes }, "\(waiver)")
            }
        }
    }

    /// Only what the owner may choose, or nobody can have, is excused.
    @Test func whatScannersDoNotSeeExcusesNothing() {
        let rest = Sample.domain.graph.resources.filter { $0.kind != .logDelivery }
        let failures = Controls(of: ResourceGraph(rest)).failures.map(\.id)
        #expect(failures == ["CloudFront.5"])
    }
}
