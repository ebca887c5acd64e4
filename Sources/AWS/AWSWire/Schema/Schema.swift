/// The shapes and operations of one service, as the interpreters of the four protocols read them.
package final class Schema: Sendable {
    package let shapes: ShapeTable
    package let operations: [String: OperationModel]

    init(shapes: ShapeTable, operations: [String: OperationModel]) {
        self.shapes = shapes
        self.operations = operations
    }
}

/// One operation: where it is sent and what goes in and out.
package struct OperationModel: Sendable {
    package var name: String
    package var method: String
    /// With labels in braces: `/2020-05-31/distribution/{Id}/config`.
    package var uri: String
    /// Places in the schema; nil when nothing goes in or comes out.
    package var input: Int?
    package var output: Int?
    /// The element around the members of an answer in the query protocol.
    package var resultWrapper: String?
    /// Name of the root element of an XML body, when it is not a member's.
    package var root: String?
    /// XML name space of that root element.
    package var namespace: String?
    /// The service demands a checksum of the body.
    package var needsChecksum = false
    /// Sent without a signature: what gives the first credentials cannot be signed.
    package var isUnsigned = false
    package var pages: PageModel?
}

/// How the answers of an operation continue. Source: the model's paginators.
package struct PageModel: Sendable, Equatable {
    /// Members of the request that take what `outputs` gave, in the same order.
    package var inputs: [String]
    /// Each a path of members below the answer, with alternatives: `DistributionList.NextMarker`.
    package var outputs: [[[String]]]
    /// A member that says whether more follows.
    package var more: [String]?
}

/// One shape. A class, because it is read often and copied never.
package final class ShapeSchema: Sendable {
    package enum Kind: Sendable {
        case text
        case integer
        case number
        case flag
        case blob
        case time
        case list(item: Int, itemName: String)
        case map(key: Int, value: Int, keyName: String, valueName: String)
        case structure(StructureSchema)
    }

    package let name: String
    package let kind: Kind
    package let limits: Limits
    package let isSecret: Bool
    package let timeFormat: TimeFormat?
    /// The words of an enum; empty for free text.
    package let allowed: [String]
    /// A regular expression that a text must contain a match of.
    package let pattern: String?
    package let namespace: String?

    init(
        name: String, kind: Kind, limits: Limits = Limits(), isSecret: Bool = false, timeFormat: TimeFormat? = nil,
        allowed: [String] = [], pattern: String? = nil, namespace: String? = nil
    ) {
        self.name = name
        self.kind = kind
        self.limits = limits
        self.isSecret = isSecret
        self.timeFormat = timeFormat
        self.allowed = allowed
        self.pattern = pattern
        self.namespace = namespace
    }
}

/// Smallest and largest: of a number its value, of a text its length in characters, of a list or map its count, of a
/// blob its bytes.
package struct Limits: Sendable, Equatable {
    package var smallest: Double?
    package var largest: Double?
}

/// The members of a structure, in the model's order, which is the order of `Slots`.
package final class StructureSchema: Sendable {
    package let members: [MemberSchema]
    /// Place of the member that is the whole body.
    package let payload: Int?
    /// Exactly one member is set.
    package let isUnion: Bool
    /// Name in an answer → place.
    package let received: [String: Int]
    /// Name in the model → place.
    package let named: [String: Int]

    init(members: [MemberSchema], payload: String?, isUnion: Bool) {
        self.members = members
        self.isUnion = isUnion
        let places = Dictionary(uniqueKeysWithValues: members.enumerated().map { ($1.name, $0) })
        named = places
        self.payload = payload.flatMap { places[$0] }
        var received: [String: Int] = [:]
        for (place, member) in members.enumerated() where member.location == .body { received[member.received] = place }
        self.received = received
    }
}

/// One member of a structure. A class for the same reason as `ShapeSchema`.
package final class MemberSchema: Sendable {
    /// Where a member travels.
    package enum Location: Sendable {
        case body
        case uri
        case query
        case header
        /// Every header that begins with the member's name.
        case headers
        case status
    }

    /// In the model, and so in reports.
    package let name: String
    package let shape: Int
    /// What it is called in a request and in an answer.
    package let sent: String
    package let received: String
    package let location: Location
    package let isRequired: Bool
    /// The items of the list or map follow each other without an element around them.
    package let isFlat: Bool
    /// Filled in by the client when the caller gave none.
    package let isToken: Bool
    /// An attribute of its XML element.
    package let isAttribute: Bool
    /// What stands before the last slash is left out: Route 53 gives `/hostedzone/Z1` and takes `Z1`.
    package let isBareId: Bool
    package let timeFormat: TimeFormat?
    package let namespace: String?

    init(words: SchemaWords, shape: Int) {
        name = String(words.first.dropFirst())
        self.shape = shape
        sent = words["in"] ?? name
        received = words["out"] ?? name
        location =
            words.has("uri")
            ? .uri
            : words.has("query")
                ? .query
                : words.has("header")
                    ? .header : words.has("headers") ? .headers : words.has("status") ? .status : .body
        isRequired = words.has("required")
        isFlat = words.has("flat")
        isToken = words.has("token")
        isAttribute = words.has("attribute")
        isBareId = words.has("bare-id")
        timeFormat = words["time"].flatMap(TimeFormat.init(modelName:))
        namespace = words["ns"]
    }
}
