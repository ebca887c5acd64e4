import AWSWire
import Testing

/// The generated text of every service. A shape is read when it is first asked for, so each is asked for once.
struct SchemaTests {
    @Test(arguments: AllServices.table.map(\.service))
    func everyShapeIsReadAndLeadsToOthers(service: ServiceModel) {
        let shapes = service.schema.shapes
        #expect(!shapes.indices.isEmpty)
        for place in shapes.indices {
            let shape = shapes[place]
            #expect(!shape.name.isEmpty && shape === shapes[place])
            switch shape.kind {
            case .list(let item, _): #expect(shapes.indices.contains(item))
            case .map(let key, let value, _, _): #expect([key, value].allSatisfy(shapes.indices.contains))
            case .structure(let structure):
                #expect(structure.members.allSatisfy { shapes.indices.contains($0.shape) })
            case .text, .integer, .number, .flag, .blob, .time: break
            }
        }
        for operation in service.schema.operations.values {
            for end in [operation.input, operation.output] {
                guard let end else { continue }
                guard case .structure = shapes[end].kind else {
                    Issue.record("\(operation.name) takes or gives \(shapes[end].name)")
                    continue
                }
            }
        }
    }
}
