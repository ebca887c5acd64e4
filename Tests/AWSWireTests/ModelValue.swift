import AWSWire
import Foundation

/// Values of a model between the JSON of the Python side and ours: bytes are base64 there, times are milliseconds.
struct ModelValue {
    let schema: Schema

    struct Unknown: Error, CustomStringConvertible {
        var description: String
    }

    /// What has another kind than the schema's keeps the kind it has, so that the check of the input can find it.
    func read(_ json: JSONText, _ shape: Int) throws -> WireValue {
        let model = schema.shapes[shape]
        switch (model.kind, json) {
        case (.structure(let structure), .object(let members)):
            var slots = Slots()
            for (name, json) in members {
                guard let place = structure.named[name] else {
                    throw Unknown(description: "\(model.name) has no \(name)")
                }
                slots.put(try read(json, structure.members[place].shape), at: place)
            }
            return .structure(slots)
        case (.list(let item, _), .list(let items)): return .list(try items.map { try read($0, item) })
        case (.map(_, let value, _, _), .object(let entries)):
            return .map(try entries.mapValues { try read($0, value) })
        case (.text, .text(let text)): return model.isSecret ? .secret(Secret(text)) : .text(text)
        case (.blob, .text(let text)): return .blob(Array(Data(base64Encoded: text) ?? Data()))
        case (.time, .integer(let number)): return .time(Moment(milliseconds: number))
        case (.number, .integer(let number)): return .number(Double(number))
        case (_, .integer(let number)): return .integer(number)
        case (_, .number(let number)): return .number(number)
        case (_, .flag(let flag)): return .flag(flag)
        case (_, .text(let text)): return .text(text)
        case (_, .list): return .list([])
        case (_, .object), (_, .null): return .map([:])
        }
    }

    /// Where the two differ; nil when they are the same.
    func difference(_ value: WireValue?, _ json: JSONText?, _ shape: Int, _ path: String = "") -> String? {
        guard let value, let json else {
            return value == nil && json == nil ? nil : "\(path): \(value == nil ? "ours" : "botocore's") is absent"
        }
        let model = schema.shapes[shape]
        switch (model.kind, value, json) {
        case (.structure(let structure), .structure(let slots), .object(let members)):
            for (place, member) in structure.members.enumerated() {
                let (ours, theirs) = (slots.value(place), members[member.name])
                if ours == nil, theirs == nil { continue }
                if let found = difference(ours, theirs, member.shape, "\(path).\(member.name)") { return found }
            }
            return nil
        case (.list(let item, _), .list(let ours), .list(let theirs)) where ours.count == theirs.count:
            for index in ours.indices {
                if let found = difference(ours[index], theirs[index], item, "\(path)[\(index)]") { return found }
            }
            return nil
        case (.map(_, let value, _, _), .map(let ours), .object(let theirs)):
            for key in Set(ours.keys).union(theirs.keys) {
                if let found = difference(ours[key], theirs[key], value, "\(path)[\(key)]") { return found }
            }
            return nil
        default:
            let theirs = try? read(json, shape)
            return value == theirs ? nil : "\(path): ours \(value), botocore's \(json)"
        }
    }
}
