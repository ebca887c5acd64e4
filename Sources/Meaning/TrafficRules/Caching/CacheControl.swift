/// The directives of all `Cache-Control` fields of one message, RFC 9111 §5.2. Whatever is malformed or contradicts
/// itself is read the way that serves less from the cache.
package struct CacheControl: Sendable, Equatable {
    /// Directives without an argument that matters.
    package struct Flags: OptionSet, Sendable {
        package let rawValue: UInt16
        package init(rawValue: UInt16) { self.rawValue = rawValue }

        package static let noStore = Flags(rawValue: 1 << 0)
        /// Also a qualified form that is malformed.
        package static let noCache = Flags(rawValue: 1 << 1)
        /// Also a qualified form that is malformed.
        package static let isPrivate = Flags(rawValue: 1 << 2)
        package static let isPublic = Flags(rawValue: 1 << 3)
        package static let mustRevalidate = Flags(rawValue: 1 << 4)
        package static let proxyRevalidate = Flags(rawValue: 1 << 5)
        package static let mustUnderstand = Flags(rawValue: 1 << 6)
        package static let noTransform = Flags(rawValue: 1 << 7)
        package static let onlyIfCached = Flags(rawValue: 1 << 8)
        package static let immutable = Flags(rawValue: 1 << 9)
    }

    /// Largest delta-seconds that is told apart. Source: RFC 9111 §1.2.2.
    package static let longestDelta = 1 << 31

    package var flags: Flags = []
    /// Seconds, like all below; a malformed value reads as 0.
    package var maxAge: Int?
    package var sharedMaxAge: Int?
    /// A malformed value asks for more than anything can give.
    package var minFresh: Int?
    /// Without a value: `longestDelta`.
    package var maxStale: Int?
    package var staleWhileRevalidate: Int?
    package var staleIfError: Int?
    /// What the qualified forms name, `no-cache="set-cookie"` and `private="set-cookie"` (RFC 9111 §5.2.2.4, §5.2.2.7): these
    /// fields are not kept, the rest of the answer may be.
    package var withheld: [FieldName] = []
    /// From `CDN-Cache-Control` (RFC 9213): then `Cache-Control` and `Expires` are for others.
    package var isTargeted = false

    package init() {}

    /// An answer's directives for this cache: those of `CDN-Cache-Control` when it is there and well-formed, else those of
    /// `Cache-Control`.
    package init(response fields: HeaderFields) {
        if let targeted = fields.combined(CacheControl.targetedField).flatMap({ StructuredDictionary($0[...]) }) {
            self.init(targeted)
        } else {
            self.init(fields)
        }
    }

    private static let targetedField = FieldName("cdn-cache-control")

    /// RFC 9213 §2.1: a value of another type than its directive's is ignored, as is what is unknown.
    private init(_ dictionary: StructuredDictionary) {
        isTargeted = true
        for (name, value) in dictionary.members {
            switch value {
            case .integer(let number) where number >= 0:
                note(name, argument: Array("\(number)".utf8)[...], isQuoted: false)
            case .boolean(true) where !CacheControl.takesNumber(name): note(name, argument: nil, isQuoted: false)
            case .text(let text) where !CacheControl.takesNumber(name): note(name, argument: text, isQuoted: true)
            default: break
            }
        }
    }

    private static func takesNumber(_ name: ArraySlice<UInt8>) -> Bool {
        ["max-age", "s-maxage", "stale-while-revalidate", "stale-if-error"].contains { name.equalsIgnoringCase($0) }
    }

    /// Each field line is read for itself: a quote left open in one cannot swallow the next.
    package init(_ fields: HeaderFields) {
        fields.forEach(.cacheControl) { read($0) }
    }

    package func has(_ flag: Flags) -> Bool { !flags.isDisjoint(with: flag) }

    package mutating func read(_ value: ArraySlice<UInt8>) {
        forEachListElement(of: value) { element in
            guard let equals = element.firstIndex(of: 61) else { return note(element, argument: nil, isQuoted: false) }
            let name = element[..<equals]
            // Around `=` there are no blanks (RFC 9111 §5.2); where there are, whatever follows is malformed.
            let argument = name.last?.isBlank == true ? [] : element[(equals + 1)...]
            let unquoted = CacheControl.unquoted(argument)
            note(name.trimmed, argument: unquoted, isQuoted: unquoted.count != argument.count)
        }
    }

    /// Dispatches on the length first: most directives are told apart by it.
    private mutating func note(_ name: ArraySlice<UInt8>, argument: ArraySlice<UInt8>?, isQuoted: Bool) {
        switch name.count {
        case 6 where name.equalsIgnoringCase("public"): if argument == nil { flags.insert(.isPublic) }
        case 7 where name.equalsIgnoringCase("max-age"): shorten(&maxAge, argument)
        case 7 where name.equalsIgnoringCase("private"): qualify(.isPrivate, argument, isQuoted)
        case 8 where name.equalsIgnoringCase("no-store"): flags.insert(.noStore)
        case 8 where name.equalsIgnoringCase("no-cache"): qualify(.noCache, argument, isQuoted)
        case 8 where name.equalsIgnoringCase("s-maxage"): shorten(&sharedMaxAge, argument)
        case 9 where name.equalsIgnoringCase("immutable"): if argument == nil { flags.insert(.immutable) }
        case 9 where name.equalsIgnoringCase("min-fresh"):
            minFresh = max(minFresh ?? 0, argument?.decimal(limit: CacheControl.longestDelta) ?? .max)
        case 9 where name.equalsIgnoringCase("max-stale"):
            guard argument != nil else {
                maxStale = min(maxStale ?? .max, CacheControl.longestDelta)
                return
            }
            shorten(&maxStale, argument)
        case 12 where name.equalsIgnoringCase("no-transform"): flags.insert(.noTransform)
        case 14 where name.equalsIgnoringCase("only-if-cached"): flags.insert(.onlyIfCached)
        case 14 where name.equalsIgnoringCase("stale-if-error"): shorten(&staleIfError, argument)
        case 15 where name.equalsIgnoringCase("must-revalidate"): flags.insert(.mustRevalidate)
        case 15 where name.equalsIgnoringCase("must-understand"):
            if argument == nil { flags.insert(.mustUnderstand) }
        case 16 where name.equalsIgnoringCase("proxy-revalidate"): flags.insert(.proxyRevalidate)
        case 22 where name.equalsIgnoringCase("stale-while-revalidate"): shorten(&staleWhileRevalidate, argument)
        default: break
        }
    }

    /// A quoted list of field names withholds these; whatever else stands behind `=` counts as nothing, so that the whole
    /// answer is meant.
    private mutating func qualify(_ flag: Flags, _ argument: ArraySlice<UInt8>?, _ isQuoted: Bool) {
        guard let argument, isQuoted else {
            flags.insert(flag)
            return
        }
        var names: [FieldName] = []
        var isList = true
        forEachListElement(of: argument) { element in
            isList = isList && element.allSatisfy(\.isTokenByte)
            names.append(FieldName(String(decoding: element, as: UTF8.self)))
        }
        guard isList, !names.isEmpty else {
            flags.insert(flag)
            return
        }
        withheld += names.filter { !withheld.contains($0) }
    }

    /// Of duplicates the smallest counts (RFC 9111 §4.2.1 leaves the choice between the first one and "stale").
    private func shorten(_ value: inout Int?, _ argument: ArraySlice<UInt8>?) {
        let read = argument?.decimal(limit: CacheControl.longestDelta) ?? 0
        value = min(value ?? .max, read)
    }

    /// Both `5` and `"5"` are to be read (RFC 9111 §5.2); an escape inside leaves a value that is no number.
    private static func unquoted(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard text.count >= 2, text.first == 34, text.last == 34 else { return text }
        return text.dropFirst().dropLast()
    }
}
