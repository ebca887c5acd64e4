/// Reads the answer of an operation that succeeded.
package struct AnswerReader: Sendable {
    package let service: ServiceModel
    package let operation: OperationModel

    package init(service: ServiceModel, operation: OperationModel) {
        self.service = service
        self.operation = operation
    }

    package func slots(_ answer: IncomingAnswer) throws(UnreadableText) -> Slots {
        guard let output = operation.output else { return Slots() }
        switch service.wireProtocol {
        case .ec2, .query:
            var tree = try XMLReader.read(answer.body)
            if let wrapper = operation.resultWrapper {
                guard let inner = tree.child(wrapper) else {
                    throw UnreadableText(reason: "no <\(wrapper)> in the answer", offset: 0)
                }
                tree = inner
            }
            return try XMLAnswer(schema: service.schema).slots(tree, shape: output)
        case .json:
            return try JSONAnswer(schema: service.schema).slots(try JSONReader.read(answer.body), shape: output)
        case .restJSON, .restXML: return try rest(answer, output)
        }
    }

    private func rest(_ answer: IncomingAnswer, _ output: Int) throws(UnreadableText) -> Slots {
        guard case .structure(let structure) = service.schema.shapes[output].kind else { return Slots() }
        var slots = try body(answer, output, structure)
        for (place, member) in structure.members.enumerated() where member.location != .body {
            slots.put(try outsideBody(answer, member), at: place)
        }
        return slots
    }

    private func body(
        _ answer: IncomingAnswer, _ output: Int, _ structure: StructureSchema
    ) throws(UnreadableText) -> Slots {
        var slots = Slots()
        if let place = structure.payload {
            let shape = structure.members[place].shape
            switch service.schema.shapes[shape].kind {
            case .text: slots.put(.text(String(decoding: answer.body, as: UTF8.self)), at: place)
            case .blob: slots.put(.blob(answer.body), at: place)
            default:
                guard !answer.body.isEmpty else { return slots }
                slots.put(.structure(try parsed(answer.body, shape)), at: place)
            }
            return slots
        }
        if answer.body.isEmpty || !structure.members.contains(where: { $0.location == .body }) { return slots }
        return try parsed(answer.body, output)
    }

    private func parsed(_ body: [UInt8], _ shape: Int) throws(UnreadableText) -> Slots {
        service.wireProtocol == .restXML
            ? try XMLAnswer(schema: service.schema).slots(try XMLReader.read(body), shape: shape)
            : try JSONAnswer(schema: service.schema).slots(try JSONReader.read(body), shape: shape)
    }

    private func outsideBody(_ answer: IncomingAnswer, _ member: MemberSchema) throws(UnreadableText) -> WireValue? {
        let model = service.schema.shapes[member.shape]
        let name = member.received.lowercased()
        switch member.location {
        case .status: return .integer(answer.status)
        case .headers:
            var found: [String: WireValue] = [:]
            for (header, value) in answer.headers where header.hasPrefix(name) {
                found[String(header.dropFirst(name.count))] = .text(value)
            }
            return .map(found)
        case .header:
            guard let text = answer.headers[name] else { return nil }
            if case .list(let item, _) = model.kind {
                var values: [WireValue] = []
                for part in text.split(separator: ",") {
                    let trimmed = String(part.drop { $0 == " " })
                    values.append(try service.schema.shapes[item].scalar(trimmed, in: "header \(name)"))
                }
                return .list(values)
            }
            return try model.scalar(text, in: "header \(name)")
        case .body, .uri, .query: return nil
        }
    }
}
