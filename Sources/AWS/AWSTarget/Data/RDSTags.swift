import AWSServices
import AWSWire
import Resources

extension Work {
    /// Names of the stack's resources of one type of RDS that carry its tag.
    func rdsNames(_ type: String) async throws -> [String] {
        try await taggedARNs(of: "\(type):", in: .region).map(\.arn)
            .filter { $0.contains(":rds:") }.compactMap { $0.components(after: ":\(type):") }
    }

    func rdsTags(_ arn: String, wanted: [String: String]?) async throws -> [String: String] {
        try await tags(of: arn, wanted: wanted) {
            let answer = try await lookIfThere(RDS.ListTagsForResourceRequest(resourceName: arn))
            return [String: String](answer?.tagList ?? [])
        }
    }
}

extension Order {
    func retagRDS(_ observed: Observed) async throws {
        guard let arn = observed.facts[.arn] else { return }
        let calls = TagChange(tags, from: observed.tags).calls {
            RDS.AddTagsToResourceRequest(resourceName: arn, tags: RDS.Tag.list($0))
        } untag: {
            RDS.RemoveTagsFromResourceRequest(resourceName: arn, tagKeys: $0)
        }
        try await work.perform(calls, in: .region)
    }
}
