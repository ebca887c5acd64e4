import Foundation
import TestKit
import Testing

@testable import Processes

private func entry(_ pid: Int32, parent: Int32) -> ProcessTable.Entry {
    ProcessTable.Entry(
        pid: pid, parent: parent, group: pid, isZombie: false, startedAt: 0, cpuTicks: 100, residentPages: 10)
}

@Suite struct ProcessTableTests {
    private let table = ProcessTable([
        entry(1, parent: 0), entry(10, parent: 1), entry(11, parent: 10), entry(12, parent: 10), entry(13, parent: 11),
        entry(20, parent: 1),
    ])

    @Test(arguments: [(10, [11, 12, 13]), (13, []), (20, []), (99, [])] as [(Int32, [Int32])])
    func descendantsAreFoundAtEveryDepth(pid: Int32, wanted: [Int32]) {
        #expect(table.descendants(of: pid).sorted() == wanted)
    }

    @Test func ancestorsGoUpToInit() {
        #expect(table.ancestors(of: 13) == [11, 10, 1])
    }

    @Test func circleOfParentsEnds() {
        let circle = ProcessTable([entry(1, parent: 2), entry(2, parent: 1)])
        #expect(circle.descendants(of: 1) == [2])
        #expect(circle.ancestors(of: 1) == [2, 1])
    }

    @Test func usageSumsTheTree() {
        #expect(table.usage(of: 10).residentBytes == 40 * Int(getpagesize()))
        #expect(table.usage(of: 10).processorTime == table.usage(of: 20).processorTime * 4)
    }

    @Test(arguments: ["sleep", "a b", "a) S 1", "((("])
    func anyNameIsRead(name: String) throws {
        let line =
            "42 (\(name)) S 7 42 42 0 -1 4194304 99 0 0 0 5 6 0 0 20 0 1 0 123456 5844992 321 18446744073709551615 1 1"
        let entry = try #require(ProcessTable.Entry(stat: line))
        #expect(entry.pid == 42 && entry.parent == 7 && entry.startedAt == 123_456)
        #expect(entry.cpuTicks == 11 && entry.residentPages == 321)
    }

    @Test(arguments: ["", "42", "42 (x", "x (y) S 1", "42 (x) S 7 42"])
    func damagedLineIsNoEntry(line: String) {
        #expect(ProcessTable.Entry(stat: line) == nil)
    }

    @Test func listeningSocketsAreReadFromTheKernelsTable() {
        let text = """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0
               1: 0100007F:1F90 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0
            """
        #expect(ListeningSockets.parse(text) == [ListeningSockets.Socket(port: 8080, inode: 4711)])
    }
}
