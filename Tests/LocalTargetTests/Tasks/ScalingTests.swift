import Foundation
import Stacks
import TestKit
import Testing
import TrafficRules

@testable import LocalTarget

private let day = Date(timeIntervalSince1970: 1_795_442_400)

@Suite struct ServiceScaleTests {
    private func after(_ orders: ScaleOrder..., from scale: ServiceScale = ServiceScale(manifest: 2...10)) throws
        -> ServiceScale
    {
        var scale = scale
        for order in orders { try scale.follow(order, service: "web", at: day) }
        return scale
    }

    @Test func numberIsSetAndHeldForAsLongAsItWasSaid() throws {
        let scale = try after(ScaleOrder(tasks: 4, hold: 3600))
        #expect(scale.count == 4)
        #expect(scale.isHeld(at: day.addingTimeInterval(3599)))
        #expect(!scale.isHeld(at: day.addingTimeInterval(3600)))
        #expect(try !after(ScaleOrder(tasks: 4, hold: 3600), ScaleOrder(tasks: 5)).isHeld(at: day))
    }

    @Test func boundsPullTheNumberIn() throws {
        let scale = try after(ScaleOrder(tasks: 9), ScaleOrder(max: 6))
        #expect(scale.count == 6 && scale.range == 2...6 && scale.isOwn)
        #expect(try after(ScaleOrder(min: 3)).count == 3)
    }

    @Test(arguments: [ScaleOrder(tasks: 11), ScaleOrder(tasks: 1), ScaleOrder(min: 11), ScaleOrder(min: 5, max: 4)])
    func contradictionChangesNothing(order: ScaleOrder) throws {
        var scale = ServiceScale(manifest: 2...10)
        #expect(throws: Report.self) { try scale.follow(order, service: "web", at: day) }
        #expect(scale == ServiceScale(manifest: 2...10))
    }

    @Test func otherNumbersInTheManifestEndWhatAnOperatorSaid() throws {
        var scale = try after(ScaleOrder(tasks: 8, min: 5, max: 20))
        scale.adopt(manifest: 2...10)
        #expect(scale.count == 8 && scale.range == 5...20)
        scale.adopt(manifest: 3...6)
        #expect(scale.count == 6 && scale.range == 3...6 && !scale.isOwn)
        #expect(try after(ScaleOrder(isReset: true), from: scale) == ServiceScale(manifest: 3...6))
    }

    @Test func newLeastIsTakenOverWhereNobodySaidMore() {
        var scale = ServiceScale(manifest: 2...10)
        scale.adopt(manifest: 1...10)
        #expect(scale.count == 1)
    }

    @Test func numbersOutliveTheSupervisor() async throws {
        try await withTemporaryFolder { folder in
            let file = ScaleFile(path: folder.appending(path: "scaling.json").path(percentEncoded: false))
            #expect(try file.read() == [:])
            let scale = try after(ScaleOrder(tasks: 4, max: 8, hold: 3600))
            try file.write(["web": scale])
            #expect(try file.read() == ["web": scale])
        }
    }
}

@Suite struct ScalingMeterTests {
    private func totals(_ seconds: Int, _ processor: [String: Double], _ requests: Int) -> ScalingMeter.Totals {
        ScalingMeter.Totals(
            processor: processor.mapValues { .milliseconds(Int($0 * 1000)) }, requests: requests, at: .seconds(seconds))
    }

    @Test func figuresAreThoseOfThePeriodAndOfTheTasksShare() {
        var meter = ScalingMeter()
        #expect(
            meter.measure(totals(0, ["web.1": 10, "web.2": 5], 1000), share: 512, healthy: 2, takesRequests: true)
                == nil)
        // 15 s and 3 s of 60 s, where half a processor is a task's share; web.3 has just started.
        let sample = meter.measure(
            totals(60, ["web.1": 25, "web.2": 8, "web.3": 1], 1600), share: 512, healthy: 2, takesRequests: true)
        #expect(sample == ScalingSample(cpu: 30, requestsPerTask: 300))
        let worker = meter.measure(totals(90, ["web.1": 25], 1600), share: 1024, healthy: 0, takesRequests: false)
        #expect(worker == ScalingSample(cpu: 0, requestsPerTask: nil))
    }
}
