/// Which texts are allowed: once as a regular expression for editors, once as code for us, once in words.
/// A test runs the same words through the first two.
struct TextRule: Sendable {
    let pattern: String
    let allowed: String
    /// What is wrong with a text, as the end of a sentence; nil when nothing is.
    let mistake: @Sendable (String) -> String?
    /// Words to suggest.
    var known: [String] = []
    /// JSON's names of what YAML makes of such texts without quotes; all are taken as they are written.
    var types = ["string"]

    static let anyScalar = ["string", "number", "boolean"]

    func accepts(_ text: String) -> Bool { mistake(text) == nil }

    /// Stacks, services, environments: they become parts of AWS names, DNS labels and file names.
    static let name = TextRule(
        pattern: "^[a-z]([a-z0-9-]{0,29}[a-z0-9])?$",
        allowed: "a-z, 0-9 and -, at most 31, beginning with a letter and not ending with -"
    ) { text in
        let bytes = text.utf8
        guard let first = bytes.first, let last = bytes.last, (1...31).contains(bytes.count), first.isLower,
            last != UInt8(ascii: "-"), bytes.allSatisfy({ $0.isLower || $0.isDigit || $0 == UInt8(ascii: "-") })
        else { return "is not a name" }
        return nil
    }

    static let anyText = TextRule(pattern: "[^ ]", allowed: "a text") { text in
        text.utf8.allSatisfy { $0 == UInt8(ascii: " ") } ? "is empty" : nil
    }

    /// A word of a command: may be empty, as in `sh -c ""`.
    static let word = TextRule(pattern: "", allowed: "a text", mistake: { _ in nil }, types: anyScalar)

    /// An environment value; numbers and booleans as they are written.
    static let value = TextRule(
        pattern: "", allowed: "a text, a number, true or false; \"\" for an empty one", mistake: { _ in nil },
        types: anyScalar)

    /// A path of an HTTP request.
    static let path = TextRule(
        pattern: "^/[!-~]{0,1023}$", allowed: "a path that begins with /, at most 1024 characters"
    ) {
        let isPath =
            $0.utf8.first == UInt8(ascii: "/") && $0.utf8.count <= 1024
            && $0.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        return isPath ? nil : "is not a path"
    }

    /// Source: ELBv2 path conditions, read 2026-11.
    static let routePattern = TextRule(
        pattern: "^/[A-Za-z0-9_.$/~\"'@:+&*?-]{0,127}$",
        allowed: "a path that begins with /, at most 128 of A-Z a-z 0-9 _ - . $ / ~ \" ' @ : + & * ?"
    ) { text in
        let marks = "_-.$/~\"'@:+&*?".utf8
        guard text.utf8.first == UInt8(ascii: "/") else { return "does not begin with /" }
        guard text.utf8.count <= 128 else { return "is longer than 128 characters" }
        let isAllowed = text.utf8.allSatisfy { $0.isLower || $0.isUpper || $0.isDigit || marks.contains($0) }
        return isAllowed ? nil : "holds a character that a load balancer refuses"
    }

    /// Aurora's and RDS's instance classes.
    static let instanceClass = TextRule(
        pattern: "^db\\.[a-z0-9-]+\\.[a-z0-9-]+$", allowed: "an instance class such as db.t4g.medium",
        mistake: { text in
            let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            let isClass =
                parts.count == 3 && parts[0].elementsEqual("db".utf8)
                && parts[1...].allSatisfy { part in
                    !part.isEmpty && part.allSatisfy { $0.isLower || $0.isDigit || $0 == UInt8(ascii: "-") }
                }
            return isClass ? nil : "is not an instance class"
        },
        known: ["db.t4g.medium", "db.t4g.large", "db.r7g.large", "db.r7g.xlarge", "db.r8g.large", "db.r8g.xlarge"])

    /// `16` or `16.8`; PostgreSQL 13 is the oldest that is known to work.
    static let postgresVersion = TextRule(
        pattern: "^(auto|1[3-9](\\.[0-9]{1,2})?)$",
        allowed: "auto, a major version from 13 to 19, or a minor one: 16.8",
        mistake: { text in
            if text == "auto" { return nil }
            let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            let isVersion =
                (1...2).contains(parts.count)
                && parts.allSatisfy { (1...2).contains($0.count) && $0.allSatisfy(\.isDigit) }
            guard isVersion, let major = Int(String(decoding: parts[0], as: UTF8.self)), (13...19).contains(major)
            else {
                return "is not a version"
            }
            return nil
        }, known: ["auto"], types: ["string", "number"])
}

extension UInt8 {
    var isLower: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) }
    var isUpper: Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) }
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
