/// Names that follow from the stack alone: the same manifest finds its resources again, whoever runs it and whenever.
struct Names {
    /// The stack's full name, which begins every other.
    let stack: String

    /// `guestbook-web`: words joined by `-`. A name over the limit is cut, and a hash of the whole keeps it unique.
    ///
    /// `settings` are what AWS cannot change in a resource whose name is unique: they become part of the hash, so that the
    /// successor can be made while its predecessor still serves.
    func name(_ words: String..., limit: Int, fixing settings: [String] = []) -> String {
        let whole = ([stack] + words).joined(separator: "-")
        guard whole.utf8.count > limit || !settings.isEmpty else { return whole }
        let hash = Names.hash((settings.isEmpty ? [whole] : settings + [whole]).joined(separator: "\n"))
        var kept = whole.prefix(limit - hash.count - 1)
        while kept.hasSuffix("-") { kept.removeLast() }
        return "\(kept)-\(hash)"
    }

    /// Eight hexadecimal digits. FNV-1a, 32 bits. Source: Fowler, Noll, Vo; draft-eastlake-fnv.
    static func hash(_ text: String) -> String {
        let value = text.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
