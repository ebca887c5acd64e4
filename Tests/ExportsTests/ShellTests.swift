import Foundation
import Resources
import SampleStacks
import Stacks
import TestKit
import Testing

@testable import Exports

@Suite struct ShellTests {
    @Test(arguments: SampleStack.reviewed) func scriptReadsAsReviewed(_ sample: SampleStack) {
        expectGolden(ShellExport(sample.stack).text, "shell-\(sample.rawValue).sh")
    }

    @Test(arguments: SampleStack.allCases) func bashUnderstandsTheScript(_ sample: SampleStack) async throws {
        let result = try await runTool(["bash", "-n"], input: Data(ShellExport(sample.stack).text.utf8))
        #expect(result.exitCode == 0, "\(result.errors)")
        #expect(result.errors == "")
    }

    @Test(arguments: SampleStack.allCases) func everyResourceIsNamedInAComment(_ sample: SampleStack) {
        let text = ShellExport(sample.stack).text
        for resource in StackResources.graph(of: sample.stack).resources {
            #expect(text.contains("# \(resource.address)\n"), "\(resource.address)")
        }
    }

    /// Under `set -u` a variable that nothing sets ends the script in its middle.
    @Test(arguments: SampleStack.allCases) func everyVariableIsSetBeforeItIsUsed(_ sample: SampleStack) throws {
        var set: Set<Substring> = ["BASH_REMATCH"]
        let assignment = /(?:^|[ "{(])(?:: "\$\{)?([A-Za-z_][A-Za-z0-9_]*)(?:=|:\?|\+=)/
        for line in ShellExport(sample.stack).text.split(separator: "\n") where !line.hasPrefix("#") {
            let used = line.matches(of: /(?:^|[^\\])\$\{?([A-Za-z_][A-Za-z0-9_]*)/).map(\.1)
            let made = line.matches(of: assignment).map(\.1)
            set.formUnion(made)
            for word in ["local", "read -ra", "for"] {
                guard let range = line.firstRange(of: "\(word) ") else { continue }
                set.formUnion(line[range.upperBound...].split(separator: " ").prefix(1))
            }
            for name in used { #expect(set.contains(name), "\(name) in \(line)") }
        }
    }

    @Test func textsPassThroughTheShellUnchanged() async throws {
        let writer = ShellText { _ in "$nothing" }
        let hard = "a \"b\" 'c' $d `e` \\f \\\\ ${g}\nh \"\u{301} \\\u{301} $\u{301} \r\nx\ry"
        let word = try await runTool(["bash", "-c", "printf %s \(writer.word(Value(hard)))"])
        #expect(Array(word.output.unicodeScalars) == Array(hard.unicodeScalars))
        let lines = writer.lines(ShellCall("x", [("document", .json(["text": .word(hard)]))]))
        let script = lines.dropLast().joined(separator: "\n") + "\nprintf %s \"$document\""
        let document = try await runTool(["bash", "-c", script])
        let read = try JSONDecoder().decode([String: String].self, from: Data(document.output.utf8))
        // By scalars: to Swift texts are equal when they look alike.
        #expect(read["text"].map { Array($0.unicodeScalars) } == Array(hard.unicodeScalars))
    }
}
