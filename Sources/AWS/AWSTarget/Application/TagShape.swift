import AWSServices
import AWSWire

/// A tag as most services write it: a structure with a key and a value.
protocol TagShape: WireShape {
    var key: String? { get set }
    var value: String? { get set }
}

extension TagShape {
    /// In the order of the keys, so that the same tags make the same call.
    static func list(_ tags: [String: String]) -> [Self] {
        tags.sorted { $0.key < $1.key }.map { key, value in
            var tag = Self()
            tag.key = key
            tag.value = value
            return tag
        }
    }
}

extension [String: String] {
    /// Without those that AWS sets itself.
    init(_ tags: [some TagShape]) {
        self = Dictionary(tags.map { ($0.key ?? "", $0.value ?? "") }) { first, _ in first }.ownTags
    }

    /// `aws:…` is AWS's own and nobody else's to set.
    var ownTags: [String: String] { filter { !$0.key.hasPrefix("aws:") } }
}

/// What has to happen to tags.
struct TagChange: Equatable {
    /// New ones and those with another value.
    var set: [String: String]
    /// Keys, in order.
    var removed: [String]

    init(_ desired: [String: String], from observed: [String: String]) {
        set = desired.filter { observed[$0.key] != $0.value }
        removed = observed.keys.filter { desired[$0] == nil }.sorted()
    }

    /// The one or two calls that a service needs for it.
    func calls(
        tag: ([String: String]) -> any WireRequest, untag: ([String]) -> any WireRequest
    ) -> [any WireRequest] {
        (set.isEmpty ? [] : [tag(set)]) + (removed.isEmpty ? [] : [untag(removed)])
    }
}

extension IAM.Tag: TagShape {}
extension ECR.Tag: TagShape {}
extension ECS.Tag: TagShape {}
extension ELBv2.Tag: TagShape {}
extension ACM.Tag: TagShape {}
extension S3.Tag: TagShape {}
extension WAFv2.Tag: TagShape {}
extension CloudFront.Tag: TagShape {}
extension SNS.Tag: TagShape {}
extension CloudWatch.Tag: TagShape {}
extension RDS.Tag: TagShape {}
extension TaggingAPI.Tag: TagShape {}
