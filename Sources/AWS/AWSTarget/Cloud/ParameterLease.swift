import AWSServices
import AWSWire
package import Provisioning

/// The lease of a stack as a parameter of Systems Manager, which counts the versions of a parameter and refuses to make one
/// that is there.
package struct ParameterLease: LeaseStore {
    private let connection: AWSConnection
    private let name: String

    package init(connection: AWSConnection, scope: StackScope) {
        self.connection = connection
        // Outside of everything that carries the stack's tag: a destroy must not find its own lease.
        name = "/terrace/\(scope.fullName)/lease"
    }

    package func read() async throws -> StoredLease? {
        do {
            let answer = try await connection.client.send(SSM.GetParameterRequest(name: name))
            guard let parameter = answer.parameter, let version = parameter.version else { return nil }
            let written = parameter.lastModifiedDate ?? connection.now()
            return StoredLease(
                text: parameter.value?.reveal() ?? "", version: version, age: max(.zero, connection.now() - written))
        } catch let error as AWSError where error.kind == .notFound {
            return nil
        } catch let error as AWSError {
            throw Refusal(error).report(trying: "look at the lease")
        }
    }

    package func create(_ text: String) async throws -> Bool {
        do {
            _ = try await put(text, overwrite: false)
            return true
        } catch let error as AWSError where error.kind == .alreadyExists {
            // A lost answer and a second try look like this, too: then the text is ours.
            return try await read()?.text == text
        } catch let error as AWSError {
            throw Refusal(error).report(trying: "take the lease")
        }
    }

    package func overwrite(_ text: String) async throws -> Int {
        try await reportingRefusals("write the lease") { try await put(text, overwrite: true) }
    }

    package func remove() async throws {
        do { _ = try await connection.client.send(SSM.DeleteParameterRequest(name: name)) } catch let error as AWSError
        {
            guard error.kind == .notFound else { throw Refusal(error).report(trying: "give the lease back") }
        }
    }

    private func put(_ text: String, overwrite: Bool) async throws -> Int {
        let request = SSM.PutParameterRequest(
            name: name, value: Secret(text), description: "Who changes this stack now", type: .string,
            overwrite: overwrite)
        return try await connection.client.send(request).version ?? 1
    }
}
