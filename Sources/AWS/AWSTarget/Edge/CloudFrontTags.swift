import AWSServices
import AWSWire
import Resources

/// Tags are changed the same way on everything in CloudFront that takes tags.
enum CloudFrontTags {
    static func calls(_ arn: String, _ desired: [String: String], from observed: [String: String]) -> [any WireRequest]
    {
        TagChange(desired, from: observed).calls {
            CloudFront.TagResourceRequest(resource: arn, tags: CloudFront.Tags(items: CloudFront.Tag.list($0)))
        } untag: {
            CloudFront.UntagResourceRequest(resource: arn, tagKeys: CloudFront.TagKeys(items: $0))
        }
    }
}

extension Work {
    func cloudFrontTags(of arn: String, wanted: [String: String]?) async throws -> [String: String] {
        try await tags(of: arn, wanted: wanted, in: .global) {
            let answer = try await lookIfThere(CloudFront.ListTagsForResourceRequest(resource: arn), in: .global)
            return [String: String](answer?.tags?.items ?? [])
        }
    }
}
