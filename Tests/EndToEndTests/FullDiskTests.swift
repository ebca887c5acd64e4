import Foundation
import TestKit
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Whether this user may give processes a file system of their own, which goes with the last of them.
private let mayMount: Bool = {
    let probe = Process()
    probe.executableURL = URL(filePath: "/bin/sh")
    probe.arguments = ["-c", "exec unshare -m mount -t tmpfs -o size=1m terrace /mnt 2> /dev/null"]
    guard (try? probe.run()) != nil else { return false }
    probe.waitUntilExit()
    return probe.terminationStatus == 0
}()

extension EndToEnd {
    /// On a small disk of the stack's own, which no process outside of the script sees.
    @Suite(.serialized, .enabled(if: mayMount)) struct FullDisk {
        /// - Parameter script: knows the program as `$terrace`, and what it writes to the standard output is the result.
        private func onSmallDisk(
            _ folder: String, mebibytes: Int = 420, _ stack: TrialStack, _ script: String
        ) async throws -> ToolResult {
            let text = """
                set -e
                cd "$1"
                terrace="$2"
                mkdir -p \(folder)
                mount -t tmpfs -o size=\(mebibytes)m terrace \(folder)
                "$terrace" up --detach >&2
                \(script)
                "$terrace" down >&2
                """
            return try await runTool(["unshare", "-m", "sh", "-c", text, "sh", stack.path(""), BuiltPrograms.terrace])
        }

        @Test func drillFindsThatNothingIsLost() async throws {
            try await TrialStack.with(isStarted: false) { stack in
                let result = try await onSmallDisk(
                    ".terrace/database", stack,
                    """
                    # A stack is ready before its reader has all that the writer has; a drill wants it whole.
                    for attempt in $(seq 300); do
                        "$terrace" status --json | grep -q '"synchronous" : true' && break
                        sleep 0.1
                    done
                    "$terrace" drill full-disk --yes --json --rate 10 --duration 2s
                    """)
                #expect(result.exitCode == 0, "\(result.output)\(result.errors)")
                #expect(result.output.contains("of the database's disk"))
                #expect(result.output.contains("\"lost\" : 0"))
            }
        }

        /// A copy that filled the disk would stop the running servers' writes.
        @Test func copiesForWhichThereIsNoRoomAreNotBegun() async throws {
            try await TrialStack.with(isStarted: false) { stack in
                let page = stack.url("/messages")
                let result = try await onSmallDisk(
                    ".terrace/database", mebibytes: 700, stack,
                    """
                    "$terrace" db backup >&2
                    sleep 1
                    free() { df -k --output=avail .terrace/database | tail -1; }
                    dd if=/dev/zero of=.terrace/database/ballast bs=1k count=$(($(free) - 60000)) 2> /dev/null
                    for words in backup "restore --to 0s" "restore --to 0s --in-place --yes"; do
                        "$terrace" db $words 2>&1 && exit 1
                        test "$(free)" -gt 40000
                    done
                    curl -sk -o /dev/null -w "%{http_code}\\n" -d "name=trial&text=full" \(page)
                    rm .terrace/database/ballast
                    "$terrace" db restore --to 0s --in-place --yes >&2
                    """)
                #expect(result.exitCode == 0, "\(result.output)\(result.errors)")
                #expect(result.output.hasSuffix("\n303\n"), "\(result.output)")
                for words in ["a copy needs", " are free", "nothing was changed"] {
                    #expect(result.output.components(separatedBy: words).count == 4, "\(result.output)")
                }
            }
        }

        /// Everything that the stack writes is on that disk: logs, access log, database, secrets.
        @Test func whatWasAcknowledgedIsThereWhenTheDiskHasRoomAgain() async throws {
            try await TrialStack.with(isStarted: false) { stack in
                let result = try await onSmallDisk(
                    ".terrace", stack,
                    """
                    write() {
                        curl -sk -o /dev/null -w "%{http_code}\\\\n" -m 60 -d "name=trial&text=$1-$2" \(stack.url("/messages"))
                    }
                    phase() { "$terrace" status --json | grep -c '"phase" : "ready"' || true; }
                    dd if=/dev/zero of=.terrace/ballast bs=64k 2> /dev/null || true
                    # Until the database has stopped, too: an answer takes its time then.
                    for number in $(seq 60); do
                        write full $number >> codes
                        test "$(grep -c 50. codes)" -lt 3 || break
                    done
                    "$terrace" db rotate >&2 || true
                    rm .terrace/ballast
                    for attempt in $(seq 300); do
                        test "$(write later $attempt)" = 303 && test "$(phase)" = 1 && break
                        sleep 0.2
                    done
                    "$terrace" db rotate >&2
                    env $("$terrace" db credentials --show-password) psql -Atc \\
                        "SELECT count(*) FROM messages WHERE body LIKE 'full-%'"
                    grep -c 303 codes || true
                    grep -c -v -e 303 -e 50. codes || true
                    phase
                    awk '{ print NF }' .terrace/access/access.log | sort -u | wc -l
                    """)
                #expect(result.exitCode == 0, "\(result.output)\(result.errors)")
                let lines = result.output.split(separator: "\n").map(String.init)
                try #require(lines.count == 5, "\(lines)")
                let (kept, acknowledged) = (Int(lines[0]) ?? 0, Int(lines[1]) ?? .max)
                #expect(kept >= acknowledged, "\(lines)")
                // No answer is missing, and none blames the client.
                #expect(lines[2] == "0" && lines[3] == "1", "\(lines)")
                // No line of the access log was cut off by the next one.
                #expect(lines[4] == "1", "\(lines)")
            }
        }
    }
}
