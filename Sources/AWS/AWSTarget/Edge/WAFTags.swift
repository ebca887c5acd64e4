import AWSServices
import AWSWire
import Resources

/// Tags are changed the same way on everything in WAF that takes tags.
enum WAFTags {
    static func calls(_ arn: String, _ desired: [String: String], from observed: [String: String]) -> [any WireRequest]
    {
        TagChange(desired, from: observed).calls {
            WAFv2.TagResourceRequest(resourceARN: arn, tags: WAFv2.Tag.list($0))
        } untag: {
            WAFv2.UntagResourceRequest(resourceARN: arn, tagKeys: $0)
        }
    }
}
