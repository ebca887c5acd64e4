import Foundation
import TestKit
import Testing

@testable import LocalTarget

/// Transcripts: events in, actions out, no processes.
struct DatabaseClusterStateTests {
    @Test func firstStartServesBeforeTheReaderIsThere() {
        check(
            [.begin, .writerAvailable, .readerStreaming, .synchronousConfirmed],
            """
            begin
              persist db-1 generation 1 promotable false
              bring up writer db-1 after 0.0 seconds
            writerAvailable
              route writer db-1 reader db-1
              bring up reader db-2 after 0.0 seconds
            readerStreaming
              route writer db-1 reader db-2
              make commits wait
            synchronousConfirmed
              persist db-1 generation 1 promotable true
            """)
    }

    @Test func deadWriterIsReplacedAfterItsFence() {
        check(
            [.writerFailed("killed"), .writerAvailable, .readerStreaming, .synchronousConfirmed], from: .synchronous,
            """
            writerFailed
              route writer none reader db-2
              fence db-1
              persist db-2 generation 2 promotable false
              bring up writer db-2 after 0.0 seconds
            writerAvailable
              route writer db-2 reader db-2
              bring up reader db-1 after 0.0 seconds
            readerStreaming
              route writer db-2 reader db-1
              make commits wait
            synchronousConfirmed
              persist db-2 generation 2 promotable true
            """)
    }

    @Test func readerIsWrittenOffBeforeCommitsGoOn() {
        check(
            [.readerFailed("killed"), .writerFailed("killed"), .writerAvailable], from: .synchronous,
            """
            readerFailed
              persist db-1 generation 1 promotable false
              commits do not wait
              route writer db-1 reader db-1
              fence db-2
              bring up reader db-2 after 0.0 seconds
            writerFailed
              route writer none reader none
              fence db-1
              bring up writer db-1 after 0.0 seconds
            writerAvailable
              route writer db-1 reader db-1
              bring up reader db-2 after 0.0 seconds
            """)
    }

    /// Commits wait already, but the proof is still missing.
    @Test func unprovenReaderIsNotPromoted() {
        check(
            [.readerStreaming, .writerFailed("killed"), .synchronousConfirmed], from: .joining,
            """
            readerStreaming
              route writer db-1 reader db-2
              make commits wait
            writerFailed
              route writer none reader db-2
              fence db-1
              bring up writer db-1 after 0.0 seconds
            synchronousConfirmed
            """)
    }

    @Test func stalledReaderKeepsItsProcess() {
        check(
            [.readerStalled("stuck"), .readerStreaming], from: .synchronous,
            """
            readerStalled
              persist db-1 generation 1 promotable false
              commits do not wait
              bring up reader db-2 after 0.0 seconds
            readerStreaming
              route writer db-1 reader db-2
              make commits wait
            """)
    }

    @Test func failedPromotionIsTriedAgainOnTheSameServer() {
        check(
            [.writerFailed("killed"), .writerFailed("no space"), .writerFailed("no space")], from: .synchronous,
            """
            writerFailed
              route writer none reader db-2
              fence db-1
              persist db-2 generation 2 promotable false
              bring up writer db-2 after 0.0 seconds
            writerFailed
              route writer none reader none
              fence db-2
              bring up writer db-2 after 0.1 seconds
            writerFailed
              route writer none reader none
              fence db-2
              bring up writer db-2 after 0.2 seconds
            """)
    }

    @Test func switchoverShutsDownInOrder() {
        check(
            [.switchover], from: .synchronous,
            """
            switchover
              route writer none reader db-2
              shut down db-1
              fence db-1
              persist db-2 generation 2 promotable false
              bring up writer db-2 after 0.0 seconds
            """)
        check([.switchover], from: .joining, "switchover")
    }

    @Test func restoredDataTakesTheWritersPlaceWhenBothServersAreDead() {
        let exchange = DataExchange(writer: .first, kept: "kept-then")
        let past = PastRestore(until: .now, timeline: 3, moment: .now)
        check(
            [.hold, .exchange(exchange, past), .writerAvailable], from: .synchronous,
            """
            hold
              route writer none reader none
            exchange
              route writer none reader none
              leave the reader
              fence db-2
              shut down db-1
              fence db-1
              persist db-1 generation 2 promotable false, exchanging for kept-then
              exchange for kept-then
              persist db-1 generation 2 promotable false
              bring up writer db-1 after 0.0 seconds
            writerAvailable
              route writer db-1 reader db-1
              bring up reader db-2 after 0.0 seconds
            """)
    }

    @Test func aWriterThatWasNotHeldKeepsItsData() {
        let past = PastRestore(until: .now, timeline: 3, moment: .now)
        let exchange = DataExchange(writer: .first, kept: "kept-then")
        check(
            [.exchange(exchange, past)], from: .synchronous,
            """
            exchange
              route writer db-1 reader db-2
            """)
        check(
            [.hold, .writerFailed("killed"), .writerAvailable, .exchange(exchange, past)],
            from: .synchronous,
            """
            hold
              route writer none reader none
            writerFailed
              route writer none reader db-2
              fence db-1
              persist db-2 generation 2 promotable false
              bring up writer db-2 after 0.0 seconds
            writerAvailable
              route writer none reader none
              bring up reader db-1 after 0.0 seconds
            exchange
              route writer db-2 reader db-2
            """)
    }

    @Test func whoIsHeldGoesOnWhereHeWas() {
        check(
            [.hold, .release], from: .synchronous,
            """
            hold
              route writer none reader none
            release
              route writer db-1 reader db-2
            """)
    }

    /// Any order of events: a model of the disk and of the servers looks over each action's shoulder.
    @Test(arguments: UInt64(0)..<200)
    func noOrderOfEventsPromotesAnUnprovenReader(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var state = ClusterState(record: ClusterRecord(), hasReader: true)
        var onDisk = state.record
        var commitsWait = false
        var alive: Set<ServerName> = []
        let events: [ClusterState.Event] = [
            .writerAvailable, .writerFailed("x"), .readerStreaming, .synchronousConfirmed, .readerStalled("x"),
            .readerFailed("x"), .switchover, .hold, .release,
            .exchange(
                DataExchange(writer: .first, kept: "kept-then"), PastRestore(until: .now, timeline: 1, moment: .now)),
        ]
        for step in 0..<300 {
            let event = step == 0 ? .begin : events[Int.random(in: 0..<events.count, using: &generator)]
            let proven = onDisk.readerMayPromote
            let writer = onDisk.writer
            for action in state.handle(event) {
                switch action {
                case .persist(let record):
                    if record.writer != writer {
                        #expect(proven && commitsWait, "seed \(seed), step \(step)")
                        #expect(!alive.contains(writer), "seed \(seed), step \(step)")
                    }
                    onDisk = record
                case .fence(let name): alive.remove(name)
                case .synchronousOn: commitsWait = true
                case .synchronousOff:
                    #expect(!onDisk.readerMayPromote, "seed \(seed), step \(step)")
                    commitsWait = false
                case .bringUpWriter(let name, _):
                    #expect(name == onDisk.writer, "seed \(seed), step \(step)")
                    #expect(!alive.contains(name.other) || name.other != writer, "seed \(seed), step \(step)")
                    #expect(!onDisk.readerMayPromote, "seed \(seed), step \(step)")
                    alive.insert(name)
                    commitsWait = false
                case .bringUpReader(let name, _, _): #expect(name != onDisk.writer, "seed \(seed), step \(step)")
                case .exchange(let exchange):
                    #expect(alive.isEmpty && onDisk.exchange == exchange, "seed \(seed), step \(step)")
                    #expect(!onDisk.readerMayPromote && exchange.writer == onDisk.writer, "seed \(seed), step \(step)")
                case .shutDown, .route, .leaveReader: break
                }
            }
            if onDisk.readerMayPromote { #expect(commitsWait, "seed \(seed), step \(step)") }
        }
    }

    private enum Start { case nothing, joining, synchronous }

    private func check(
        _ events: [ClusterState.Event], from start: Start = .nothing, _ expected: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        var state = ClusterState(record: ClusterRecord(), hasReader: true)
        let before: [ClusterState.Event] =
            switch start {
            case .nothing: []
            case .joining: [.begin, .writerAvailable]
            case .synchronous: [.begin, .writerAvailable, .readerStreaming, .synchronousConfirmed]
            }
        for event in before { _ = state.handle(event) }
        var lines: [String] = []
        for event in events {
            lines.append("\(event)".prefix { $0 != "(" }.description)
            lines += state.handle(event).map { "  " + Self.words($0) }
        }
        #expect(lines.joined(separator: "\n") == expected, sourceLocation: sourceLocation)
    }

    private static func words(_ action: ClusterState.Action) -> String {
        switch action {
        case .persist(let record):
            "persist \(record.writer.rawValue) generation \(record.generation) promotable \(record.readerMayPromote)"
                + (record.exchange.map { ", exchanging for \($0.kept)" } ?? "")
        case .fence(let name): "fence \(name.rawValue)"
        case .shutDown(let name): "shut down \(name.rawValue)"
        case .route(let writer, let reader):
            "route writer \(writer?.rawValue ?? "none") reader \(reader?.rawValue ?? "none")"
        case .bringUpWriter(let name, let delay): "bring up writer \(name.rawValue) after \(delay)"
        case .bringUpReader(let name, let delay, let rebuild):
            "bring up reader \(name.rawValue) after \(delay)\(rebuild ? " as a new copy" : "")"
        case .leaveReader: "leave the reader"
        case .exchange(let exchange): "exchange for \(exchange.kept)"
        case .synchronousOn: "make commits wait"
        case .synchronousOff: "commits do not wait"
        }
    }
}
