package import struct Foundation.Date

/// Which lines of the tasks' output are wanted.
package struct LogQuery: Codable, Sendable, Equatable {
    /// A service (`web`) or one of its tasks (`web.3`); nil for all.
    package var service: String?
    /// Lines before this time are left out; nil for no limit.
    package var since: Date?
    /// At most so many of the newest kept lines; nil for no limit. Lines that come later do not count.
    package var last: Int?
    /// Only lines with this text; nil for all.
    package var filter: String?
    /// Only lines about this request, those of edge, load balancer and firewall among them; nil for all.
    package var request: String?
    /// Whether to go on with the lines that come from now on.
    package var follow: Bool

    package init(
        service: String? = nil, since: Date? = nil, last: Int? = nil, follow: Bool = false, filter: String? = nil,
        request: String? = nil
    ) {
        self.service = service
        self.since = since
        self.last = last
        self.follow = follow
        self.filter = filter
        self.request = request
    }
}
