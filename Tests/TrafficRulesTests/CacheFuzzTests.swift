import Foundation
import TestKit
import Testing
import TrafficRules

/// Inputs for each fuzz test: 50 000, or as many as `make fuzz` says.
private let rounds = ProcessInfo.processInfo.environment["TERRACE_FUZZ_ROUNDS"].flatMap { Int($0) } ?? 50_000

/// Whatever a client or a task sends: reading ends, nothing crashes, and more input never makes the cache bolder.
struct CacheFuzzTests {
    private static let words = [
        "max-age", "s-maxage", "no-store", "no-cache", "private", "must-revalidate", "stale-if-error", "public", "=",
        "=", ",", ",",
        "\"", "\\", " ", "\t", ";", "?1", "?0", "(", ")", ":", "5", "0", "99999999999999999999", "-", "1.5",
        "set-cookie", "\u{0}", "é",
    ]

    private static func line(_ random: inout SeededGenerator) -> [UInt8] {
        var line: [UInt8] = []
        for _ in 0..<Int.random(in: 0...14, using: &random) {
            if Int.random(in: 0..<4, using: &random) == 0 {
                line.append(UInt8.random(in: 0...255, using: &random))
            } else {
                line += Array((words.randomElement(using: &random) ?? "").utf8)
            }
        }
        return line
    }

    @Test("A further line of Cache-Control never lets more be kept or lengthens a lifetime")
    func directivesOnlyRestrict() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<rounds {
            let (first, second) = (Self.line(&random), Self.line(&random))
            var one = CacheControl()
            one.read(first[...])
            var both = one
            both.read(second[...])
            for flag in [CacheControl.Flags.noStore, .noCache, .isPrivate, .mustRevalidate] where one.has(flag) {
                #expect(both.has(flag), "\(first) \(second)")
            }
            if let before = one.maxAge { #expect((both.maxAge ?? .max) <= before, "\(first) \(second)") }
            if let before = one.sharedMaxAge { #expect((both.sharedMaxAge ?? .max) <= before, "\(first) \(second)") }
            #expect(both.withheld.starts(with: one.withheld), "\(first) \(second)")
        }
    }

    @Test("CDN-Cache-Control is a dictionary or nothing, and a well-formed one hides Cache-Control")
    func targetedFields() {
        var random = SeededGenerator(seed: 9213)
        for _ in 0..<rounds {
            let line = Self.line(&random)
            var head = HeaderFields()
            head.append(.cacheControl, "max-age=7")
            head.append(FieldName("cdn-cache-control"), line)
            let read = CacheControl(response: head)
            #expect(read.isTargeted || read.maxAge == 7, "\(line)")
            for value in [read.maxAge, read.sharedMaxAge, read.staleIfError, read.staleWhileRevalidate] {
                #expect(value.map { (0...CacheControl.longestDelta).contains($0) } ?? true, "\(line)")
            }
        }
    }

    @Test("An answer with no-store, private or a cookie is never kept, whatever else it says")
    func whatForbidsForbids() {
        var random = SeededGenerator(seed: 9111)
        let forbidding = [(FieldName.cacheControl, "no-store"), (.cacheControl, "private"), (.setCookie, "a=b")]
        for round in 0..<rounds {
            var head = ResponseHead(status: 200)
            head.fields.append(.cacheControl, Self.line(&random).filter { $0 != 34 && $0 != 92 })
            let (name, value) = forbidding[round % forbidding.count]
            head.fields.append(name, value)
            let decision = StorageDecision.decide(head, to: request(), rule: nil, times: times())
            if case .store(let plan) = decision {
                // `must-understand` is the RFC's own exception to no-store.
                #expect(plan.directives.has(.mustUnderstand) && name == .cacheControl && value == "no-store")
            }
        }
    }
}
