/// The directives of all `Cache-Control` fields of one message, RFC 9111 §5.2. Whatever is malformed or contradicts
/// itself is read the way that serves less from the cache.
package struct CacheControl: Sendable, Equatable {
    /// Directives without an argument that matters.
    package struct Flags: OptionSet, Sendable {
        package let rawValue: UInt16
        package init(rawValue: UInt16) { self.rawValue = rawValue }

        package static let noStore = Flags(rawValue: 1 << 0)
        /// Also the qualified form, `no-cache="set-cookie"`: treated as if it named every field.
        package static let noCache = Flags(rawValue: 1 << 1)
        /// Also the qualified form.
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

    package init() {}

    /// Each field line is read for itself: a quote left open in one cannot swallow the next.
    package init(_ fields: HeaderFields) {
        for value in fields.values(.cacheControl) { read(value) }
    }

    package func has(_ flag: Flags) -> Bool { !flags.isDisjoint(with: flag) }

    package mutating func read(_ value: ArraySlice<UInt8>) {
        forEachListElement(of: value) { element in
            guard let equals = element.firstIndex(of: 61) else { return note(element, argument: nil) }
            note(element[..<equals].trimmed, argument: CacheControl.unquoted(element[(equals + 1)...].trimmed))
        }
    }

    /// Dispatches on the length first: most directives are told apart by it.
    private mutating func note(_ name: ArraySlice<UInt8>, argument: ArraySlice<UInt8>?) {
        switch name.count {
        case 6 where name.equalsIgnoringCase("public"): if argument == nil { flags.insert(.isPublic) }
        case 7 where name.equalsIgnoringCase("max-age"): shorten(&maxAge, argument)
        case 7 where name.equalsIgnoringCase("private"): flags.insert(.isPrivate)
        case 8 where name.equalsIgnoringCase("no-store"): flags.insert(.noStore)
        case 8 where name.equalsIgnoringCase("no-cache"): flags.insert(.noCache)
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
