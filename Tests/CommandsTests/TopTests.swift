import Foundation
import LocalTarget
import Synchronization
import TestKit
import Testing

@testable import Commands

/// What `terrace top` shows, and that it leaves the terminal as it was.
@Suite struct TopTests {
    private static let history: RequestHistory = {
        var history = RequestHistory()
        var status = Samples.busy
        for (second, requests) in [0, 10, 30, 70, 150, 310, 390, 430].enumerated() {
            status.edge.traffic.requests = requests
            status.services[0].traffic.requests = requests / 2
            history.note(status, at: Samples.now.addingTimeInterval(Double(second)))
        }
        return history
    }()

    private static func lines(_ status: StackStatus, _ columns: Int, _ style: TextStyle = .plain) -> [String] {
        TopView(style: style, columns: columns, now: Samples.now, timeZone: .gmt).lines(status, history)
    }

    @Test(arguments: [80, 120, 30]) func aFrameFitsItsWindow(_ columns: Int) {
        let lines = Self.lines(Samples.busy, columns)
        expectGolden(lines.joined(separator: "\n") + "\n", "top-busy-\(columns)")
        #expect(lines.allSatisfy { $0.count <= columns })
        let coloured = Self.lines(Samples.busy, columns, TextStyle(hasColour: true))
        #expect(coloured.map(withoutColour) == lines)
    }

    @Test func aStackThatStartsHasNoFiguresYet() {
        expectGolden(Self.lines(Samples.starting, 80).joined(separator: "\n") + "\n", "top-starting-80")
    }

    @Test(
        arguments: [
            ([], ""), ([0, 0], "▁▁"), ([0, 1, 2, 3, 4, 5, 6, 7], "▁▂▃▄▅▆▇█"), ([1, 9, 100], "▁▂█"), ([5], "█"),
            ([4, nil, 8, nil], "▅ █ "), ([nil, 0], " ▁"),
        ] as [([Double?], String)])
    func theHighestBarIsTheLargestValue(values: [Double?], text: String) {
        #expect(Sparkline.text(values, width: 8) == text)
    }

    @Test func onlyTheNewestValuesAreShown() {
        #expect(Sparkline.text([7, 7, 7, 0, 7], width: 2) == "▁█")
    }

    @Test func withoutATerminalOneFrameIsPrinted() async throws {
        try await withTemporaryFolder { folder in
            try writeManifest(folder)
            try await withRunningStack(FakeSupervisor(status: Samples.busy), in: folder) { _ in
                let terminal = TestTerminal()
                #expect(await terminal.run(["top"], in: folder) == 0)
                #expect(terminal.output.hasPrefix("shop  degraded  for 2 h 14 min"))
                #expect(!terminal.output.contains("\u{1B}"))
            }
        }
    }

    @Test func qEndsTheViewAndGivesTheTerminalBack() async throws {
        try await withTemporaryFolder { folder in
            try writeManifest(folder)
            try await withRunningStack(FakeSupervisor(status: Samples.busy), in: folder) { place in
                let terminal = TestTerminal(typing: [], isLive: true)
                let isGivenBack = Mutex(false)
                let key = Mutex<(@Sendable (Character) -> Void)?>(nil)
                var surroundings = terminal.surroundings(folder)
                surroundings.readKeys = { each in
                    key.withLock { $0 = each }
                    return { isGivenBack.withLock { $0 = true } }
                }
                let running = try #require(try await RunningStack.find(place))
                let screen = TopScreen(
                    watched: LocalTop(client: running.client, surroundings: surroundings), surroundings: surroundings)
                let view = Task { try await screen.run() }
                #expect(await eventually { terminal.output.contains("q ends this view") })
                key.withLock { $0 }?("x")
                key.withLock { $0 }?("q")
                try await view.value
                #expect(isGivenBack.withLock { $0 })
                #expect(terminal.output.hasPrefix("\u{1B}[?1049h\u{1B}[?25l"))
                #expect(terminal.output.hasSuffix("\u{1B}[?25h\u{1B}[?1049l"))
            }
        }
    }

    @Test func aStackThatEndsEndsTheView() async throws {
        try await withTemporaryFolder { folder in
            try writeManifest(folder)
            let supervisor = FakeSupervisor(status: Samples.busy)
            try await withRunningStack(supervisor, in: folder) { place in
                let terminal = TestTerminal(typing: [], isLive: true)
                let running = try #require(try await RunningStack.find(place))
                let surroundings = terminal.surroundings(folder)
                let local = LocalTop(client: running.client, surroundings: surroundings)
                let view = Task { try await TopScreen(watched: local, surroundings: surroundings).run() }
                #expect(await eventually { terminal.output.contains("q ends this view") })
                await supervisor.stop()
                await #expect(throws: (any Error).self) { try await view.value }
                #expect(terminal.output.hasSuffix("\u{1B}[?25h\u{1B}[?1049l"))
            }
        }
    }
}

private func withoutColour(_ text: String) -> String { text.replacing(#/\u{1B}\[[0-9]*m/#, with: "") }
