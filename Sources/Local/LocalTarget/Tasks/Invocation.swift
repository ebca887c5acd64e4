import Foundation
import Stacks

/// A command as the kernel takes it.
struct Invocation: Sendable, Equatable {
    /// Absolute.
    var executable: String
    var arguments: [String]
    /// A shell stays between Terrace and the program.
    var hasShell: Bool
    /// The program's own file when a shell only leads to it.
    var program: String?

    /// Finds the program of a command: with a slash in its name from `folder`, else on the PATH of `environment`, and
    /// last in `folder` itself.
    init(_ command: Command, folder: URL, environment: [String: String]) throws(TaskFailure) {
        switch command {
        case .words(let words):
            guard let program = words.first, !program.isEmpty else {
                throw TaskFailure("the command is empty", next: "write a program into `command:` of the manifest")
            }
            executable = try Invocation.find(program, folder: folder, path: environment["PATH"] ?? "")
            arguments = Array(words.dropFirst())
            hasShell = false
        case .shell(let text):
            executable = "/bin/sh"
            hasShell = !ShellText.isSimple(text)
            if !hasShell, let program = ShellText.program(text) {
                // The shell's own message would reach the log only; this way it reaches the status as well.
                self.program = try Invocation.find(program, folder: folder, path: environment["PATH"] ?? "")
            }
            arguments = ["-c", hasShell ? text : "exec \(text)"]
        }
    }

    private static func find(_ program: String, folder: URL, path: String) throws(TaskFailure) -> String {
        let inFolder = program.hasPrefix("/") ? program : folder.path(percentEncoded: false) + "/" + program
        if program.contains("/") {
            if let reason = whyNotExecutable(inFolder) {
                throw TaskFailure(
                    "cannot start \(program): \(reason)",
                    next: "build it, or correct `command:` in the manifest; it runs from \(shown(folder))")
            }
            return inFolder
        }
        let candidates = path.split(separator: ":").map { "\($0)/\(program)" } + [inFolder]
        guard let found = candidates.first(where: { whyNotExecutable($0) == nil }) else {
            throw TaskFailure(
                "cannot start \(program): it is neither on PATH nor in \(shown(folder))",
                next: "install or build it, or correct `command:` in the manifest")
        }
        return found
    }

    /// Without the slash at its end.
    private static func shown(_ folder: URL) -> String {
        let path = folder.path(percentEncoded: false)
        return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    private static func whyNotExecutable(_ path: String) -> String? {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            return "No such file or directory"
        }
        if isFolder.boolValue { return "it is a folder" }
        return FileManager.default.isExecutableFile(atPath: path) ? nil : "Permission denied"
    }
}

/// What can be known of a shell command without being a shell.
enum ShellText {
    /// One program with its arguments: then `exec` in front of it leaves no shell behind. When in doubt it is not simple,
    /// and a shell stays between, which costs a megabyte and nothing else.
    static func isSimple(_ text: String) -> Bool {
        guard let program = program(text) else { return false }
        let special: Set<Character> = [";", "&", "|", "(", ")", "{", "}", "`", "\n", "<", ">", "#", "!"]
        return !text.contains(where: special.contains) && !text.contains("$(") && !builtins.contains(program)
    }

    /// The first word, when it is a plain name.
    static func program(_ text: String) -> String? {
        guard let word = text.split(whereSeparator: \.isWhitespace).first else { return nil }
        let isPlain = word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-./+".contains($0)) }
        return isPlain ? String(word) : nil
    }

    /// Reserved words and builtins that a shell must run by itself. Source: POSIX.1-2024, 2.4, 2.15 and `dash(1)`.
    private static let builtins: Set<String> = [
        ".", ":", "[", "alias", "bg", "break", "case", "cd", "command", "continue", "do", "done", "elif", "else",
        "esac",
        "eval", "exec", "exit", "export", "fc", "fg", "fi", "for", "getopts", "hash", "if", "in", "jobs", "local",
        "read",
        "readonly", "return", "set", "shift", "source", "then", "times", "trap", "type", "ulimit", "umask", "unalias",
        "unset", "until", "wait", "while",
    ]
}
