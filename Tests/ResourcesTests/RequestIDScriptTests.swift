import Foundation
import Resources
import TestKit
import Testing

/// The script that CloudFront runs, run here as it stands: by node, which has the same `require('crypto')`.
struct RequestIDScriptTests {
    /// 2026-11-30 02:40:00 UTC, and what of it stands in the header.
    private static let (now, time) = (1_796_006_400_123, "6b0ce200")
    /// From CloudFront's documentation; the digest is the beginning of what `sha256sum` says of it without the two signs at its end.
    private static let (id, digest) = (
        "EXAMPLEntjQpEXAMPLE_SG5Z-EXAMPLEPmPfEXAMPLEu3EqEXAMPLE", "5e75ca9e859a747debca60c8"
    )

    private struct Header: Decodable { var value: String }
    private struct Request: Decodable {
        var method: String, uri: String
        var headers: [String: Header]
    }

    /// What the script makes of a viewer's request with these headers, in the form of CloudFront's events.
    private func handled(_ id: String, _ headers: [String: [String: String]], now: Int = now) async throws -> Request {
        let event: [String: Any] = [
            "version": "1.0",
            "context": [
                "distributionDomainName": "d111111abcdef8.cloudfront.net", "distributionId": "EDFDVBD6EXAMPLE",
                "eventType": "viewer-request", "requestId": id,
            ], "viewer": ["ip": "192.0.2.7"],
            "request": [
                "method": "GET", "uri": "/page", "querystring": [String: String](), "headers": headers,
                "cookies": [String: String](),
            ],
        ]
        let text = String(decoding: try JSONSerialization.data(withJSONObject: event), as: UTF8.self)
        let script =
            "Date.now = () => \(now);\n" + RequestIDScript.text
            + "\nprocess.stdout.write(JSON.stringify(handler(\(text))));"
        let result = try await runTool(["node", "-"], input: Data(script.utf8))
        #expect(result.exitCode == 0, "\(result.errors)")
        return try JSONDecoder().decode(Request.self, from: Data(result.output.utf8))
    }

    @Test(arguments: ["", "=", "=="]) func theIdOfTheEdgeIsHandedOn(_ end: String) async throws {
        let request = try await handled(Self.id + end, ["host": ["value": "shop.example.com"]])
        #expect(
            request.headers["x-amzn-trace-id"]?.value == "Root=1-\(Self.time)-\(Self.digest);Edge=\(Self.id)")
        #expect(request.headers["host"]?.value == "shop.example.com", "everything else stays as it is")
        #expect(request.method == "GET" && request.uri == "/page" && request.headers.count == 2)
    }

    /// The load balancer would keep a `Root` of the client's, and tasks would believe it.
    @Test func whatAClientCallsItCountsForNothing() async throws {
        let request = try await handled(
            Self.id, ["x-amzn-trace-id": ["value": "Root=1-00000000-000000000000000000000000;Edge=mine"]])
        #expect(
            request.headers["x-amzn-trace-id"]?.value == "Root=1-\(Self.time)-\(Self.digest);Edge=\(Self.id)")
    }

    /// A version, eight digits of time and 24 of the id: what is shorter, a load balancer would not take for a trace.
    @Test(arguments: [0, 1000, 4_294_967_295_000]) func everyTimeHasEightDigits(_ now: Int) async throws {
        let header = try await handled("a", [:], now: now).headers["x-amzn-trace-id"]?.value ?? ""
        #expect(header.wholeMatch(of: /Root=1-[0-9a-f]{8}-[0-9a-f]{24};Edge=a/) != nil, "\(header)")
    }

    /// CloudFront's JavaScript is ECMAScript 5.1 and a named part of what came later; node takes all of it.
    @Test func theScriptIsSmallAndOfTheOldLanguage() {
        #expect(RequestIDScript.text.utf8.count < 10 * 1024)
        let newer = RequestIDScript.text.firstMatch(
            of: /=>|`|\b(let|const|class|async|await|import|export|yield)\b|\.\.\.|\?\.|\?\?|\*\*/)
        #expect(newer == nil)
        let own = RequestIDScript.text.allSatisfy { $0.isASCII }
        #expect(own && RequestIDScript.text.hasSuffix("}\n"))
    }
}
