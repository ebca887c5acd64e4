import Foundation
import Stacks
import Testing

/// Yams composes by recursion; libyaml stops it after a thousand levels of its own counting. A check must survive that on
/// the smallest stack it may be called on: 512 KiB, a secondary thread's on macOS.
@Suite struct NestingTests {
    static let texts: [String] =
        ["[", "{a: ", "[a: ", "[? ", "? ", "- ", "{? ", "&a [", "[[a: "].flatMap { opening in
            ["", "stack: ", "stack:\n  "].map { $0 + String(repeating: opening, count: 20_000) }
        } + [
            (0..<300).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
            (0..<300).map { String(repeating: " ", count: $0) + "a:\n" + String(repeating: " ", count: $0) + "-\n" }
                .joined(),
        ]

    @Test(arguments: texts.indices) func deepNestingIsRefusedOnASmallStack(_ index: Int) async {
        let text = Self.texts[index]
        let diagnostics = await withCheckedContinuation { continuation in
            let thread = Thread { continuation.resume(returning: check(text).diagnostics) }
            thread.stackSize = 512 << 10
            thread.start()
        }
        #expect(diagnostics.count == 1, "\(text.prefix(20))")
    }
}
