package import Stacks

package import struct Foundation.Date

/// A version of a service under the number that people call it by: what it runs and with which settings. Values of secrets are
/// not in it; a task gets those of the day it starts.
package struct Release: Codable, Sendable, Equatable {
    package enum Outcome: String, Codable, Sendable {
        /// It has not taken all requests yet.
        case deploying
        /// All tasks of the service were healthy tasks of it once.
        case served
        /// Its release command failed, or it was given up.
        case failed
    }

    /// What a version is made of.
    package struct Content: Codable, Sendable, Equatable {
        package var command: StoredCommand
        package var release: StoredCommand?
        package var environment: [String: String]
        /// Names only.
        package var secrets: [String]
        package var files: [ReleaseFile]
    }

    /// From 1, counted up for each service; never used twice.
    package var number: Int
    package var content: Content
    package var madeAt: Date
    package var outcome: Outcome
    /// Why it failed.
    package var reason: String?
}

/// A file that a command runs, by its content.
package struct ReleaseFile: Codable, Sendable, Equatable {
    /// As the command names it.
    package var word: String
    /// Absolute.
    package var path: String
    /// SHA-256, in hexadecimal.
    package var digest: String
}

/// A command as a file keeps it.
package struct StoredCommand: Codable, Sendable, Equatable {
    private var words: [String]?
    private var shell: String?

    package init(_ command: Command) {
        switch command {
        case .words(let words): self.words = words
        case .shell(let text): shell = text
        }
    }

    package var command: Command { words.map(Command.words) ?? .shell(shell ?? "") }
}

/// The releases of a service as `terrace releases` shows them.
package struct ReleaseList: Codable, Sendable, Equatable {
    package var service: String
    /// The newest first.
    package var releases: [Release]
    /// The number that runs; nil while none does.
    package var running: Int?
    /// The number that the manifest asks for, when a rollback holds another one in its place.
    package var instead: Int?
    /// The number that a drill deployed; nil when none is under way.
    package var drill: Int?
}
