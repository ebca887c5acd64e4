/// A part of AWS with its own accounts, names and global regions.
package enum Partition: String, Sendable, CaseIterable {
    case standard = "aws"
    case china = "aws-cn"
    case government = "aws-us-gov"

    /// By the region's prefix.
    package init(region: String) {
        self = region.hasPrefix("cn-") ? .china : region.hasPrefix("us-gov-") ? .government : .standard
    }

    package var domain: String { self == .china ? "amazonaws.com.cn" : "amazonaws.com" }

    /// Where services without a region are signed for.
    package var globalRegion: String {
        switch self {
        case .standard: "us-east-1"
        case .china: "cn-north-1"
        case .government: "us-gov-west-1"
        }
    }
}
