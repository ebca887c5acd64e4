import AWSServices
import AWSWire
import Foundation
import Synchronization
import Testing

/// Every generated operation against botocore: what is sent for random valid input, signed, byte for byte after
/// canonicalisation; what is read from random answers and refusals; and what is refused before it is sent.
///
/// Canonicalisation: JSON bodies without spaces and needless escapes, the query's items sorted, and without the headers that
/// belong to botocore's own bookkeeping. The signature is over the canonical form, so it covers everything that is sent.
struct DifferentialTests {
    private static let seed = 20_261_129
    private static let cases = 200
    /// Of the cases, answered with a refusal.
    private static let refusals = 10
    /// Beyond the cases.
    private static let brokenInputs = 20

    @Test func everyServiceIsCompared() throws {
        #expect(Set(AllServices.table.map(\.service.name)) == (try AllServices.names()))
    }

    /// One after the other: the two programs of each share the cores already.
    @Test(.serialized, arguments: AllServices.table.map(\.client))
    func everyOperationIsThatOfBotocore(client: String) async throws {
        let service = try #require(AllServices.table.first { $0.client == client }?.service)
        let names = service.schema.operations.keys.sorted()
        let outcome = try await Self.inThread { try Self.compare(client, service, names) }
        for difference in outcome.differences.prefix(20) { Issue.record("\(difference)") }
        #expect(outcome.differences.isEmpty, "\(outcome.differences.count) differences, seed \(Self.seed)")
        for name in names {
            #expect(
                outcome.counts[name, default: 0] >= Self.cases, "\(name): \(outcome.counts[name, default: 0]) cases")
        }
    }

    /// The two programs wait for each other: not on a thread that others need.
    private static func inThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws
        -> Result
    {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Swift.Result { try body() }) }
        }
    }

    private struct Outcome: Sendable {
        var differences: [String] = []
        var counts: [String: Int] = [:]
    }

    private static func compare(_ client: String, _ service: ServiceModel, _ names: [String]) throws -> Outcome {
        let peer = try BotocorePeer("differential/calls.py")
        try peer.say([
            "client": client, "operations": names, "seed": seed, "cases": cases, "errors": refusals,
            "broken": brokenInputs,
        ])
        var outcome = Outcome()
        while let line = peer.nextLine(), !line.isEmpty {
            let json = try JSONReader.read(Array(line))
            let name = json["operation"]?.string ?? ""
            let comparison = Comparison(
                service: service, operation: try #require(service.schema.operations[name]), case: json)
            if json["faults"] == nil { outcome.counts[name, default: 0] += 1 }
            outcome.differences += comparison.differences().map { "\(service.name) \(name): \($0)" }
        }
        return outcome
    }
}

/// One case, both sides.
private struct Comparison {
    let service: ServiceModel
    let operation: OperationModel
    let `case`: JSONText

    private static let credentials = AWSCredentials(
        accessKeyId: "AKIDEXAMPLE", secretAccessKey: Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        sessionToken: Secret("a+token/="))
    /// 2026-11-24T18:05:00Z, as in `calls.py`.
    private static let date = Moment(seconds: 1_795_543_500)

    func differences() -> [String] {
        do {
            let values = ModelValue(schema: service.schema)
            var slots = Slots()
            if let input = operation.input,
                case .structure(let found) = try values.read(`case`["params"] ?? .object([:]), input)
            {
                slots = found
            }
            if case .list(let faults)? = `case`["faults"] { return refused(slots, faults.compactMap(\.string)) }
            return try sent(slots) + read(values)
        } catch {
            return ["\(error)"]
        }
    }

    private func refused(_ slots: Slots, _ paths: [String]) -> [String] {
        let found = InputCheck.faults(slots, operation: operation, schema: service.schema)
        // Maps are named otherwise there; that something is found must do.
        return paths.filter { path in
            !found.contains { $0.hasPrefix(path + " ") || path.contains("(key") }
        }.map { "botocore refuses \($0), ours \(found)" }
    }

    private func sent(_ slots: Slots) throws -> [String] {
        let prepared: PreparedCall
        do throws(PreparedCall.Fault) {
            prepared = try PreparedCall(
                service: service, operation: operation, slots: slots, region: `case`["region"]?.string ?? "",
                endpoints: EndpointOverrides(), token: { "" })
        } catch {
            return ["valid input is refused: \(error.reason)"]
        }
        let call = operation.isUnsigned ? prepared.call : prepared.signed(with: Self.credentials, at: Self.date)
        let request = `case`["request"] ?? .null
        var found: [String] = []
        func check(_ what: String, _ ours: String, _ theirs: String) {
            if ours != theirs { found.append("\(what)\n    ours      \(ours)\n    botocore's \(theirs)") }
        }
        check("method", call.method, request["method"]?.string ?? "")
        let parts = call.url.split(separator: "?", maxSplits: 1)
        check("URL", String(parts.first ?? ""), request["url"]?.string ?? "")
        let query = parts.count == 2 ? parts[1].split(separator: "&").map(String.init).sorted() : []
        check("query", query.joined(separator: "&"), texts(request["query"]).joined(separator: "&"))
        let theirs = Data(base64Encoded: request["body"]?.string ?? "") ?? Data()
        check("body", String(decoding: call.body, as: UTF8.self), String(decoding: theirs, as: UTF8.self))
        check("headers", headers(of: call), headers(of: request["headers"]))
        return found
    }

    private func texts(_ json: JSONText?) -> [String] {
        if case .list(let items)? = json { items.compactMap(\.string) } else { [] }
    }

    private func headers(of call: OutgoingCall) -> String {
        call.headers.filter { !["user-agent", "host"].contains($0.name) }.map { "\($0.name): \($0.value)" }.sorted()
            .joined(separator: "\n               ")
    }

    private func headers(of json: JSONText?) -> String {
        guard case .object(let members)? = json else { return "" }
        return members.map { "\($0): \($1.string ?? "")" }.sorted().joined(separator: "\n               ")
    }

    private func read(_ values: ModelValue) throws -> [String] {
        let json = `case`["answer"] ?? .null
        guard case .integer(let status)? = json["status"], case .object(let headers)? = json["headers"] else {
            return ["no answer"]
        }
        let answer = IncomingAnswer(
            status: status, headers: headers.compactMapValues(\.string),
            body: Array(Data(base64Encoded: json["body"]?.string ?? "") ?? Data()))
        let text = String(decoding: answer.body, as: UTF8.self)
        if let error = `case`["error"] {
            let ours = ErrorReader(service: service, operation: operation.name, region: "").error(answer)
            let found = "\(ours.code) \(ours.message) \(ours.requestId ?? "-")"
            let wanted =
                "\(error["Code"]?.string ?? "") \(error["Message"]?.string ?? "") \(error["RequestId"]?.string ?? "-")"
            return found == wanted
                ? [] : ["refusal\n    ours      \(found)\n    botocore's \(wanted)\n    \(answer.headers) \(text)"]
        }
        guard let output = operation.output else { return [] }
        let slots = try AnswerReader(service: service, operation: operation).slots(answer)
        return values.difference(.structure(slots), `case`["parsed"], output).map { ["answer \($0)\n    \(text)"] }
            ?? []
    }
}
