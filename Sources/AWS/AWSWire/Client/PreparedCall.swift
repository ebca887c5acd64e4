/// A request that has passed every check and has its endpoint: all that is missing is the signature of its moment. Pure.
package struct PreparedCall: Sendable, Equatable {
    package private(set) var call: OutgoingCall
    /// Of the signature: not always where the call goes.
    private let signingRegion: String
    private let signingName: String

    /// Why a request is not sent.
    package struct Fault: Error, Sendable, Equatable {
        /// `InvalidRequest`, `InvalidEndpoint`.
        package var code: String
        package var reason: String
    }

    /// - Parameter token: for members that make a call idempotent, where the caller gave none.
    package init(
        service: ServiceModel, operation: OperationModel, slots: Slots, region: String, endpoints: EndpointOverrides,
        token: () -> String
    ) throws(Fault) {
        let slots = Self.withTokens(slots, operation, service.schema, token)
        let faults = InputCheck.faults(slots, operation: operation, schema: service.schema)
        guard faults.isEmpty else { throw Fault(code: "InvalidRequest", reason: faults.joined(separator: "; ")) }
        let endpoint: Endpoint
        do {
            endpoint = try service.endpoint(region: region, overrides: endpoints)
        } catch {
            throw Fault(code: "InvalidEndpoint", reason: "\(error.url) is no http or https URL without a query")
        }
        call = endpoint.place(CallWriter(service: service, operation: operation).call(slots), service: service)
        if operation.needsChecksum { call.addChecksum() }
        call.setHeader("user-agent", "terrace")
        signingRegion = endpoint.signingRegion
        signingName = service.signingName
    }

    package func signed(with credentials: AWSCredentials, at date: Moment) -> OutgoingCall {
        Signature(credentials: credentials, region: signingRegion, service: signingName, date: date).sign(call)
    }

    private static func withTokens(
        _ slots: Slots, _ operation: OperationModel, _ schema: Schema, _ token: () -> String
    ) -> Slots {
        guard let input = operation.input, case .structure(let structure) = schema.shapes[input].kind else {
            return slots
        }
        var filled = slots
        for (place, member) in structure.members.enumerated() where member.isToken && slots.value(place) == nil {
            filled.put(.text(token()), at: place)
        }
        return filled
    }
}
