import CModSecurity
import Foundation
import Stacks
import TrafficRules

/// A request as the rules inspect it.
struct InspectedRequest: Sendable {
    var client: NetworkAddress
    var clientPort: Int
    var serverPort: Int
    var head: RequestHead
    var body: [UInt8] = []
    /// The body goes on beyond what is inspected.
    var bodyIsCut = false
}

/// What the rules say of a request.
enum RuleVerdict: Sendable, Equatable {
    case harmless
    /// The rules that matched, in their order.
    case refused([RuleFinding])
    /// The library gave no answer.
    case failed
}

/// One loaded set of rules, about 22 MB. Used by one thread at a time: libmodsecurity promises nothing for more.
final class RuleSet {
    private let rules: OpaquePointer
    private static let cutMark = FieldName(RuleSetConfiguration.cutMark)

    /// Takes about 0.1 s. Throws `RuleSetProblem`.
    init(_ library: RuleSetLibrary, _ configuration: RuleSetConfiguration, mappingFile: URL) throws {
        guard let rules = terrace_rules_create(library.handle.pointer) else {
            throw RuleSetProblem("libmodsecurity made no set of rules", next: "see whether the machine has memory left")
        }
        self.rules = rules
        try add {
            terrace_rules_add_text(
                $0, configuration.before(mappingFile: mappingFile.path(percentEncoded: false)), $1, $2)
        }
        for file in try library.files(configuration.files) {
            try add { terrace_rules_add_file($0, file.path(percentEncoded: false), $1, $2) }
        }
        try add { terrace_rules_add_text($0, configuration.after, $1, $2) }
    }

    deinit { terrace_rules_destroy(rules) }

    private func add(_ body: (OpaquePointer, UnsafeMutablePointer<CChar>, Int) -> CInt) throws {
        var reason = [CChar](repeating: 0, count: 1024)
        let count = reason.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.map { body(rules, $0, buffer.count) } ?? -1
        }
        guard count >= 0 else {
            throw RuleSetProblem(
                "libmodsecurity refuses the rules: \(RuleSetLibrary.text(reason))",
                next: "see that modsecurity-crs is unchanged: apt-get install --reinstall modsecurity-crs")
        }
    }

    func evaluate(_ request: InspectedRequest) -> RuleVerdict {
        let fields = Self.flattened(request)
        let body =
            request.bodyIsCut
            ? CutBody.ended(request.body, contentType: request.head.fields.first(.contentType)) : request.body
        var verdict = terrace_rules_verdict()
        let version = request.head.version == .http2 ? "2.0" : request.head.version == .http10 ? "1.0" : "1.1"
        fields.bytes.withUnsafeBytes { bytes in
            let base = bytes.assumingMemoryBound(to: CChar.self).baseAddress
            func text(_ range: Range<Int>) -> terrace_rules_text {
                terrace_rules_text(bytes: base.map { $0 + range.lowerBound }, length: range.count)
            }
            let list = fields.ranges.map { terrace_rules_field(name: text($0.name), value: text($0.value)) }
            list.withUnsafeBufferPointer { list in
                withTexts(request, version) { client, method, target, version, server in
                    body.withUnsafeBytes { body in
                        var input = terrace_rules_request(
                            client: client, method: method, target: target, version: version, server: server,
                            client_port: CInt(truncatingIfNeeded: request.clientPort),
                            server_port: CInt(truncatingIfNeeded: request.serverPort), fields: list.baseAddress,
                            field_count: list.count,
                            body: terrace_rules_text(
                                bytes: body.assumingMemoryBound(to: CChar.self).baseAddress, length: body.count))
                        terrace_rules_evaluate(rules, &input, &verdict)
                    }
                }
            }
        }
        return Self.read(verdict)
    }

    private static func read(_ verdict: terrace_rules_verdict) -> RuleVerdict {
        defer { free(verdict.lines) }
        if verdict.failed != 0 { return .failed }
        guard verdict.refuses != 0 else { return .harmless }
        let bytes = UnsafeRawBufferPointer(start: verdict.lines, count: verdict.lines_length)
        let lines = bytes.split(separator: 10).map { String(decoding: $0, as: UTF8.self) }
        return .refused(lines.compactMap { RuleFinding(line: $0) }.filter { $0.rule != RuleFinding.total })
    }

    private func withTexts(
        _ request: InspectedRequest, _ version: String,
        _ body: (
            UnsafePointer<CChar>, UnsafePointer<CChar>, UnsafePointer<CChar>, UnsafePointer<CChar>,
            UnsafePointer<CChar>
        ) -> Void
    ) {
        request.client.description.withCString { client in
            request.head.method.description.withCString { method in
                request.head.target.withCString { target in
                    version.withCString { version in
                        "127.0.0.1".withCString { server in body(client, method, target, version, server) }
                    }
                }
            }
        }
    }

    private struct Flattened {
        var bytes: [UInt8] = []
        var ranges: [(name: Range<Int>, value: Range<Int>)] = []

        mutating func append(_ name: some Collection<UInt8>, _ value: some Collection<UInt8>) {
            let start = bytes.count
            bytes.append(contentsOf: name)
            let middle = bytes.count
            bytes.append(contentsOf: value)
            ranges.append((start..<middle, middle..<bytes.count))
        }
    }

    /// HTTP/2 may leave `host` out; the mark of a cut body is ours alone.
    private static func flattened(_ request: InspectedRequest) -> Flattened {
        var result = Flattened()
        if !request.head.fields.contains(.host) { result.append(FieldName.host.bytes, request.head.authority.utf8) }
        request.head.fields.visit { name, value in
            if !name.elementsEqual(cutMark.bytes) { result.append(name, value) }
        }
        if request.bodyIsCut { result.append(cutMark.bytes, [49]) }
        return result
    }
}
