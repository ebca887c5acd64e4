import Foundation
import TestKit
import Testing

@testable import LocalTarget

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

struct PostgresLogTests {
    /// What the log makes of a server's last words.
    private func complaint(_ lines: [String]) async throws -> String? {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "log").path(percentEncoded: false)
            let log = PostgresLog(path: path)
            let pipe = FileHandle(fileDescriptor: try log.openPipe(), closeOnDealloc: true)
            try pipe.write(contentsOf: Data((lines + ["end"]).joined(separator: "\n").utf8))
            try pipe.close()
            #expect(await eventually { (try? String(contentsOfFile: path, encoding: .utf8))?.hasSuffix("end") == true })
            return log.complaint
        }
    }

    @Test func panicIsTheReasonWhateverEndsAfterIt() async throws {
        let reason = "could not write to file \"pg_wal/xlogtemp.17\": No space left on device"
        #expect(
            try await complaint([
                "09:36:21 [17] PANIC:  \(reason)", "09:36:21 [9] LOG:  terminating any other active server processes",
                "09:36:21 [12] FATAL:  archive command was terminated by signal 3: Quit",
            ]) == reason)
    }

    @Test func lastFatalLineIsTheReasonWithoutOne() async throws {
        #expect(
            try await complaint([
                "FATAL:  first", "ERROR:  none", "FATAL:  could not open file",
                "FATAL:  the database system is shutting down",
            ]) == "could not open file")
        #expect(try await complaint(["LOG:  ready"]) == nil)
    }

    @Test(arguments: [
        (
            "NOTICE:  one\npg_basebackup: error: could not write to file: No space left on device\n\tThis probably means\n"
                + "\tbefore or while\npg_basebackup: removing data directory \"/x\"\n",
            "pg_basebackup: error: could not write to file: No space left on device"
        ),
        ("one\ntwo\n\tthree\nfour\n", "two / three / four"), ("", ""),
    ])
    func toolsFailureIsToldByItsErrors(output: String, gist: String) {
        #expect(ProgramRun.gist(of: output) == gist)
    }
}
