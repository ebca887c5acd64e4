import Testing
import TrafficRules

struct GRPCTests {
    @Test(
        "gRPC's mapping of HTTP statuses",
        arguments: [
            (400, 13), (401, 16), (403, 7), (404, 12), (429, 14), (502, 14), (503, 14), (504, 14), (500, 2), (418, 2),
        ])
    func mapping(http: Int, code: Int) { #expect(GRPCStatus(http: http).code == code) }

    @Test(arguments: [
        (["grpc-status: 0"], 0), (["grpc-status: 14"], 14), (["grpc-status: x"], nil), ([], nil),
    ])
    func statuses(lines: [String], code: Int?) { #expect(GRPCStatus(in: fields(lines))?.code == code) }

    @Test(
        "The server's fault and the caller's",
        arguments: [
            (0, false), (2, true), (3, false), (4, true), (5, false), (12, false), (13, true), (14, true), (15, true),
            (16, false), (99, false),
        ])
    func faults(code: Int, isServers: Bool) { #expect(GRPCStatus(code).isServerFailure == isServers) }

    @Test(arguments: [
        ("application/grpc", true), ("Application/gRPC", true), ("application/grpc+proto", true),
        ("application/grpc; a=b", true), ("application/grpc-web", false), ("application/json", false), ("", false),
    ])
    func calls(type: String, isCall: Bool) { #expect(fields(["content-type: \(type)"]).isCall == isCall) }

    struct Probe: Sendable {
        var status = 200
        var call: Int?
        var message: [UInt8] = []
        var isStandard = true
        var result: TargetHealth.ProbeResult
    }

    @Test(
        "grpc.health.v1, and any other method that answers 0",
        arguments: [
            Probe(call: 0, message: [0, 0, 0, 0, 2, 8, 1], result: .passed),
            Probe(call: 0, message: [0, 0, 0, 0, 2, 8, 2], result: .failed(.notServing)),
            Probe(call: 0, message: [], result: .failed(.notServing)),
            Probe(call: 0, message: [1, 0, 0, 0, 2, 8, 1], result: .failed(.notServing)),
            Probe(call: 0, message: [], isStandard: false, result: .passed),
            Probe(call: 12, result: .failed(.callStatus(12))), Probe(call: nil, result: .failed(.brokenAnswer)),
            Probe(status: 404, call: nil, result: .failed(.status(404))),
        ])
    func probes(_ probe: Probe) {
        let result = GRPCHealth.result(
            status: probe.status, call: probe.call.map { GRPCStatus($0) }, message: probe.message,
            isStandard: probe.isStandard)
        #expect(result == probe.result)
    }

    @Test func aFailureIsToldAsACallsEnd() {
        let head = GatewayFailure.answerTimeout.callHead
        #expect(head.status == 200)
        #expect(head.fields.string(FieldName("grpc-status")) == "14")
        #expect(head.fields.string(FieldName("grpc-message")) == "Gateway Timeout (TargetResponseTimeout)")
    }
}
