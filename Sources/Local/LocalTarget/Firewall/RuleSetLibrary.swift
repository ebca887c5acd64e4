import CModSecurity
package import Foundation
import TrafficRules

/// libmodsecurity and the core rule set as they are found on the machine.
package struct RuleSetLibrary: Sendable {
    /// Where to look.
    package struct Place: Sendable {
        /// As `dlopen` takes them.
        package var libraries: [String]
        package var ruleFolders: [URL]

        package init(libraries: [String], ruleFolders: [URL]) {
            (self.libraries, self.ruleFolders) = (libraries, ruleFolders)
        }

        /// Debian's and Fedora's folders, and Homebrew's names.
        package static let standard = Place(
            libraries: libraryNames,
            ruleFolders: [
                "/usr/share/modsecurity-crs/rules", "/usr/share/coreruleset/rules",
                "/usr/share/mod_modsecurity_crs/rules",
            ]
            .map { URL(filePath: $0) })

        #if canImport(Darwin)
            private static let libraryNames = ["libmodsecurity.3.dylib"]
        #else
            private static let libraryNames = ["libmodsecurity.so.3", "libmodsecurity.so"]
        #endif
    }

    let handle: Handle
    /// The folder that has the core rule set's files.
    let rules: URL
    /// `ModSecurity v3.0.9 (Linux)`
    package let name: String

    /// The library's own state has locks of its own; it is never unloaded.
    struct Handle: @unchecked Sendable {
        let pointer: OpaquePointer
    }

    /// Throws `RuleSetProblem`.
    package static func open(_ place: Place) throws -> RuleSetLibrary {
        var reason = [CChar](repeating: 0, count: 512)
        let names = place.libraries.map { strdup($0) }
        defer { for name in names { free(name) } }
        var list = names.map { UnsafePointer($0) } + [nil]
        guard let pointer = terrace_rules_library_open(&list, &reason, reason.count) else {
            throw RuleSetProblem(
                "libmodsecurity is not installed (\(text(reason)))",
                next:
                    "install libmodsecurity3 and modsecurity-crs (scripts/install does), then `terrace down` and `terrace up`"
            )
        }
        let folder = place.ruleFolders.first { folder in
            FileManager.default.fileExists(
                atPath: folder.appending(path: "REQUEST-901-INITIALIZATION.conf").path(percentEncoded: false))
        }
        guard let folder else {
            throw RuleSetProblem(
                "the core rule set is not installed",
                next: "install modsecurity-crs (scripts/install does), then `terrace down` and `terrace up`")
        }
        return RuleSetLibrary(
            handle: Handle(pointer: pointer), rules: folder, name: String(cString: terrace_rules_library_name(pointer)))
    }

    /// The file of each number, such as 942; a version of the core rule set may lack one.
    func files(_ numbers: [Int]) throws -> [URL] {
        let names = try FileManager.default.contentsOfDirectory(atPath: rules.path(percentEncoded: false))
            .filter { $0.hasSuffix(".conf") }
        return try numbers.map { number in
            guard let name = names.first(where: { $0.hasPrefix("REQUEST-\(number)-") }) else {
                throw RuleSetProblem(
                    "the core rule set in \(rules.path(percentEncoded: false)) has no file \(number)",
                    next: "install modsecurity-crs 3.3 or newer, then `terrace down` and `terrace up`")
            }
            return rules.appending(path: name)
        }
    }

    static func text(_ buffer: [CChar]) -> String {
        String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// Why the groups of rules are off, and what to do.
package struct RuleSetProblem: Error, Sendable, Equatable {
    package var message: String
    package var next: String

    package init(_ message: String, next: String) { (self.message, self.next) = (message, next) }
}
