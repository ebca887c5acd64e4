package import Foundation
package import NIOPosix
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Where bodies lie that are too large for memory: `.terrace/cache`, a file each. What is kept is known in memory only, so a new
/// start begins with an empty folder; a file that a crash leaves, half or whole, goes then. All reading and writing is done by
/// NIO's thread pool.
package final class ObjectFolder: Sendable {
    /// Bodies that may be on their way to the disk at once: they are not counted against the capacity yet.
    static let mostFills = 4

    private struct State {
        var next = 0
        var fills = 0
        /// The last attempt to write failed, which has been told.
        var isFailing = false
    }

    let path: String
    let pool: NIOThreadPool
    private let state = Mutex(State())
    private let report: @Sendable (String) -> Void

    /// - Parameter report: hears one line when the disk takes no more, and one when it does again.
    package init(
        _ folder: URL, pool: NIOThreadPool = .singleton, report: @escaping @Sendable (String) -> Void
    ) throws {
        path = folder.path(percentEncoded: false)
        self.pool = pool
        self.report = report
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        for name in try FileManager.default.contentsOfDirectory(atPath: path) where Self.isOurs(name) {
            try FileManager.default.removeItem(atPath: "\(path)/\(name)")
        }
    }

    private static func isOurs(_ name: String) -> Bool { name.hasSuffix(".object") || name.hasSuffix(".part") }

    /// A file's number, or nil when enough are being written.
    func beginFill() -> Int? {
        state.withLock { state in
            guard state.fills < Self.mostFills else { return nil }
            state.fills += 1
            state.next += 1
            return state.next
        }
    }

    enum Outcome {
        case kept, givenUp
        /// An errno.
        case failed(CInt)
    }

    func fillEnded(_ outcome: Outcome) {
        let line: String? = state.withLock { state in
            state.fills -= 1
            switch outcome {
            case .kept where state.isFailing:
                state.isFailing = false
                return "keeps large answers in \(path) again"
            case .failed(let code) where !state.isFailing:
                state.isFailing = true
                return
                    "cannot keep a large answer in \(path): \(String(cString: strerror(code))); such answers are passed on"
            case .kept, .givenUp, .failed: return nil
            }
        }
        if let line { report(line) }
    }

    func partPath(_ number: Int) -> String { "\(path)/\(number).part" }
    func objectPath(_ number: Int) -> String { "\(path)/\(number).object" }
}
