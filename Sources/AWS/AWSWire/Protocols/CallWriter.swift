/// Turns a request into a call, by the service's protocol. The host is still open: the endpoint decides it.
package struct CallWriter: Sendable {
    package let service: ServiceModel
    package let operation: OperationModel

    package init(service: ServiceModel, operation: OperationModel) {
        self.service = service
        self.operation = operation
    }

    package func call(_ slots: Slots) -> OutgoingCall {
        switch service.wireProtocol {
        case .ec2, .query:
            return OutgoingCall(
                method: "POST",
                headers: [.init("content-type", "application/x-www-form-urlencoded; charset=utf-8")],
                body: QueryWriter.body(slots, operation: operation, service: service))
        case .json:
            let body = operation.input.map { JSONWriter.structure(slots, shape: $0, schema: service.schema) }
            var call = OutgoingCall(
                method: "POST",
                headers: [
                    .init("content-type", "application/x-amz-json-\(service.jsonVersion)"),
                    .init("x-amz-target", "\(service.target).\(operation.name)"),
                ], body: body ?? Array("{}".utf8))
            if service.isQueryCompatible { call.setHeader("x-amzn-query-mode", "true") }
            return call
        case .restJSON, .restXML: return rest(slots)
        }
    }

    private func rest(_ slots: Slots) -> OutgoingCall {
        let halves = operation.uri.split(separator: "?", maxSplits: 1)
        var call = OutgoingCall(method: operation.method, path: String(halves.first ?? "/"))
        if halves.count == 2 {
            for item in halves[1].split(separator: "&") {
                let parts = item.split(separator: "=", maxSplits: 1)
                call.query.append(.init(String(parts[0]), parts.count == 2 ? String(parts[1]) : ""))
            }
        }
        guard let input = operation.input, case .structure(let structure) = service.schema.shapes[input].kind else {
            return call
        }
        for (place, member) in structure.members.enumerated() {
            if let value = slots.value(place) { put(value, member, in: &call) }
        }
        writeBody(of: &call, slots, structure, input)
        return call
    }

    /// Everything that is not in the body.
    private func put(_ value: WireValue, _ member: MemberSchema, in call: inout OutgoingCall) {
        let format = member.timeFormat ?? service.schema.shapes[member.shape].timeFormat
        switch (member.location, member.isBareId ? value.bareId : value) {
        case (.uri, let value):
            let text = value.scalarText(format ?? .iso8601)
            call.path = call.path.replacing("{\(member.sent)}", with: PercentEncoding.encode(text))
                .replacing("{\(member.sent)+}", with: PercentEncoding.encode(text, keepingSlashes: true))
        case (.query, .list(let items)):
            call.query += items.map { .init(member.sent, $0.scalarText(format ?? .iso8601)) }
        case (.query, .map(let entries)):
            call.query += entries.inWireOrder.map { .init($0.key, $0.value.scalarText(format ?? .iso8601)) }
        case (.query, let value): call.query.append(.init(member.sent, value.scalarText(format ?? .iso8601)))
        case (.header, .list(let items)):
            let texts = items.map { Self.quotedInList($0.scalarText(format ?? .rfc822)) }
            if !texts.isEmpty { call.setHeader(member.sent, texts.joined(separator: ",")) }
        case (.header, let value): call.setHeader(member.sent, value.scalarText(format ?? .rfc822))
        case (.headers, .map(let entries)):
            for entry in entries.inWireOrder {
                call.setHeader(member.sent + entry.key, entry.value.scalarText(.rfc822))
            }
        default: break
        }
    }

    private static func quotedInList(_ text: String) -> String {
        text.contains { $0 == "," || $0 == "\"" } ? "\"\(text.replacing("\"", with: "\\\""))\"" : text
    }

    private func writeBody(of call: inout OutgoingCall, _ slots: Slots, _ structure: StructureSchema, _ input: Int) {
        let isXML = service.wireProtocol == .restXML
        if let place = structure.payload {
            let member = structure.members[place]
            switch slots.value(place) {
            case .structure(let inner)?:
                call.body =
                    isXML
                    ? XMLWriter.document(
                        inner, shape: member.shape, root: member.sent, namespace: member.namespace,
                        schema: service.schema)
                    : JSONWriter.structure(inner, shape: member.shape, schema: service.schema)
            case .blob(let bytes)?: call.body = bytes
            case let text?: call.body = Array(text.scalarText(.iso8601).utf8)
            case nil: call.body = isXML ? [] : Array("{}".utf8)
            }
        } else if structure.members.contains(where: { $0.location == .body }) {
            if !isXML {
                call.body = JSONWriter.structure(slots, shape: input, schema: service.schema)
            } else if structure.members.indices.contains(where: {
                structure.members[$0].location == .body && slots.value($0) != nil
            }) {
                call.body = XMLWriter.document(
                    slots, shape: input, root: operation.root ?? operation.name, namespace: operation.namespace,
                    schema: service.schema)
            }
        }
        if !isXML, !call.body.isEmpty { call.setHeader("content-type", "application/json") }
    }
}

extension WireValue {
    /// What stands behind the last slash.
    fileprivate var bareId: WireValue {
        guard case .text(let text) = self, let slash = text.lastIndex(of: "/") else { return self }
        return .text(String(text[text.index(after: slash)...]))
    }
}
