import Foundation
import LocalTarget
import Stacks
import TestKit
import Testing

@testable import Commands

@Suite struct ViewTests {
    static let statuses: [(String, StackStatus)] = [
        ("ready", Samples.ready), ("starting", Samples.starting), ("degraded", Samples.degraded),
        ("without-database", Samples.withoutDatabase), ("long-names", Samples.longNames),
    ]

    @Test(arguments: statuses.map(\.0), [80, 120]) func statusFitsItsWidth(_ name: String, _ width: Int) throws {
        let status = try #require(ViewTests.statuses.first { $0.0 == name }?.1)
        let text = StatusView(style: .plain, width: width, now: Samples.now).text(status)
        expectGolden(text, "status-\(name)-\(width)")
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= width })
    }

    @Test func colourChangesNoWord() {
        let plain = StatusView(style: .plain, width: 80, now: Samples.now).text(Samples.degraded)
        let coloured = StatusView(style: TextStyle(hasColour: true), width: 80, now: Samples.now)
            .text(Samples.degraded)
        expectGolden(coloured, "status-degraded-colour")
        #expect(coloured != plain)
        #expect(withoutSequences(coloured) == plain)
    }

    @Test func statusAsJSONKeepsItsForm() throws {
        expectGolden(try StatusJSON.text(Samples.degraded), "status-degraded-json")
    }

    @Test(arguments: ["ready", "without-database"]) func summarySaysWhereItIs(_ name: String) throws {
        let status = try #require(ViewTests.statuses.first { $0.0 == name }?.1)
        expectGolden(SummaryView(style: .plain).text(status), "summary-\(name)")
    }

    @Test(arguments: [(80, 24), (120, 40), (40, 10), (20, 3), (1, 1)])
    func liveViewFitsItsWindow(_ columns: Int, _ rows: Int) {
        let lines = liveLines(columns, rows, .plain)
        expectGolden(lines.joined(separator: "\n") + "\n", "live-\(columns)x\(rows)")
        #expect(lines.count <= rows)
        #expect(lines.allSatisfy { $0.count <= columns })
        let coloured = liveLines(columns, rows, TextStyle(hasColour: true))
        #expect(coloured.map { withoutSequences($0) } == lines)
    }

    @Test func outputOfATaskCannotMoveTheCursor() {
        #expect("\u{1B}[2Jred\u{7}\r\n".printable == " [2Jred   ")
    }

    @Test(arguments: [
        ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("abcdef", 1, "…"), ("", 3, ""),
        ("\u{1B}[31mabcdef\u{1B}[0m", 4, "\u{1B}[31mabc…\u{1B}[0m"),
    ])
    func clippingCountsWhatIsSeen(_ text: String, _ width: Int, _ expected: String) {
        #expect(text.clipped(to: width) == expected)
    }

    @Test(arguments: [
        (0.0, "-"), (0.00004, "0.04 ms"), (0.0008, "0.80 ms"), (0.0124, "12 ms"), (0.0031, "3.1 ms"),
        (0.9994, "999 ms"),
        (1.25, "1.3 s"), (42, "42 s"), (Double.infinity, "-"),
    ])
    func latencyHasTwoDigits(_ seconds: Double, _ expected: String) {
        #expect(Figures.latency(seconds: seconds) == expected)
    }

    @Test(arguments: [
        (-1.0, "0 s"), (59, "59 s"), (61, "1 min"), (8040, "2 h 14 min"), (86_400, "1 d"), (90_000, "1 d 1 h"),
    ])
    func ageHasTwoUnits(_ seconds: Double, _ expected: String) {
        #expect(Figures.age(seconds: seconds) == expected)
    }

    @Test(arguments: [(0, "0"), (999, "999"), (1000, "1 000"), (1_234_567, "1 234 567"), (-1000, "-1 000")])
    func countsAreGrouped(_ count: Int, _ expected: String) {
        #expect(Figures.count(count) == expected)
    }

    @Test(arguments: [
        (0.0, "0 requests/s"), (0.04, "0.0 requests/s"), (6.84, "6.8 requests/s"), (1234.5, "1 235 requests/s"),
    ])
    func rateHasItsUnit(_ perSecond: Double, _ expected: String) {
        #expect(Figures.rate(perSecond: perSecond) == expected)
    }

    @Test func narrowWindowLeavesOutWhatMattersLeast() {
        let lines = StatusView(style: .plain, width: 40, now: Samples.now).lines(Samples.ready)
        let table = lines.first { $0.hasPrefix("TASK") }
        #expect(table == "TASK   ZONE  STATE         SINCE")
    }

    @Test func rateIsMeasuredOverASecond() {
        var rate = RequestRate()
        rate.update(100, at: Samples.now)
        rate.update(150, at: Samples.now.addingTimeInterval(0.25))
        #expect(rate.perSecond == nil)
        rate.update(300, at: Samples.now.addingTimeInterval(2))
        #expect(rate.perSecond == 100)
        rate.update(0, at: Samples.now.addingTimeInterval(4))
        #expect(rate.perSecond == 0)
    }

    @Test func reportHasItsColumns() {
        let report = Report(
            "cannot create edge.distribution: CloudFront answered InvalidViewerCertificate",
            manifest: "terrace.yaml:14:11   domain: shop.example.com", expected: "an ISSUED certificate\nin us-east-1",
            state: "nothing was created", next: "finish the validation")
        expectGolden(ReportView(style: .plain).text(report), "report")
        #expect(
            withoutSequences(ReportView(style: TextStyle(hasColour: true)).text(report))
                == ReportView(style: .plain).text(report))
    }

    private func liveLines(_ columns: Int, _ rows: Int, _ style: TextStyle) -> [String] {
        let events = (0..<30).map { number in
            StackEvent(
                time: Samples.now.addingTimeInterval(Double(number - 30)), subject: "task web.\(number)",
                message: "healthy after 0.\(number) s", level: number % 3 == 0 ? .warning : .info)
        }
        let logs = (0..<30).map { number in
            LogLine(
                time: Samples.now, task: "web.\(number % 2 + 1)", stream: .out,
                text:
                    "GET /messages/\(number) 200 \u{1B}[31m in 3 ms, and a tail that no window of usual width can hold")
        }
        return LiveView(
            style: style, size: WindowSize(columns: columns, rows: rows), now: Samples.now, timeZone: .gmt
        ).lines(
            stack: "shop", status: Samples.ready, requestsPerSecond: 1234.5, events: events, logs: logs,
            notice: "Ctrl-C stops the stack; its data is kept")
    }

    private func withoutSequences(_ text: String) -> String {
        text.replacing(/\u{1B}\[[0-9;]*m/, with: "")
    }
}
