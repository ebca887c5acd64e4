import Foundation

/// The executables that the same build made, beside the bundle of these tests.
package enum BuiltPrograms {
    package static var terrace: String { path("terrace") }
    package static var guestbook: String { path("guestbook") }

    private static func path(_ name: String) -> String {
        let places = ([Bundle.main.executablePath] + CommandLine.arguments).compactMap { $0 }
        let folders = places.filter { $0.contains(".xctest") || $0.contains("/.build/") }.flatMap(parents)
        return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) } ?? name
    }

    private static func parents(_ path: String) -> [String] {
        var found: [String] = []
        var url = URL(filePath: path).deletingLastPathComponent()
        while url.path(percentEncoded: false) != "/", found.count < 8 {
            found.append(url.path(percentEncoded: false).trimmingSuffix("/"))
            url = url.deletingLastPathComponent()
        }
        return found
    }
}

extension String {
    fileprivate func trimmingSuffix(_ suffix: String) -> String {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
    }
}
