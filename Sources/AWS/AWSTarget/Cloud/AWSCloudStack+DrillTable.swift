import AWSServices
import AWSWire
package import Resources
package import Stacks

// The table of a drill's own, through the Data API: no other way leads to the database from outside of the stack's network. Each
// statement may be made twice.
extension AWSCloudStack {
    package func ask(_ statement: DrillTable.Statement, of copy: String?, in world: World) async throws -> [Int] {
        guard let role = applicationRole(in: world), let cluster = role.cluster.literal,
            let secret = role.secret.literal
        else {
            throw Report(
                "the application's role in the database was not found", state: "nothing was changed",
                next: "`terrace up --on aws` makes it")
        }
        let place = copy.map { "the copy \($0)" } ?? "the database"
        return try await reportingRefusals("ask \(place) about the drill's rows") {
            let arn = if let copy { try await arn(ofCluster: copy) } else { cluster }
            let answer = try await work.call(
                RDSData.ExecuteStatementRequest(
                    resourceArn: arn, secretArn: secret, sql: statement.sql, database: role.database))
            return answer.records.compactMap { $0.first?.stringValue.flatMap { Int($0) } }
        }
    }

    private func arn(ofCluster name: String) async throws -> String {
        let clusters = try await DatabaseClusterHandler.clusters(work.fresh())
        guard let arn = clusters.first(where: { $0.dbClusterIdentifier == name })?.dbClusterArn else {
            throw Report("the cluster \(name) is gone", state: "the rest is left as it is")
        }
        return arn
    }
}
