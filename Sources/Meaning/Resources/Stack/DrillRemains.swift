/// What drills leave when they are killed. It stands at addresses that no manifest asks for, so that the next `up` removes it, as anything
/// that is no longer wanted.
package enum DrillRemains {
    /// On a restored cluster and its servers: what it was made for.
    package static let purposeTag = "terrace:copy-for"
    /// The purpose of one that a drill has made.
    package static let purpose = "drill"

    /// Of the drill's own table, which has the settings of the role that it belongs to.
    package static let table = Address(.data, ResourceKind.databaseRole.rawValue, "drill-table")

    /// Whether it is what a drill has left, or goes on with just now.
    package static func isLeft(_ observed: Observed) -> Bool {
        DrillVersion.isLeft(observed) || observed.address == table || isCopy(observed.tags)
    }

    /// Whether a drill has made it, as a copy of the database. One that a user has made is none, nor one that has a place in the stack.
    package static func isCopy(_ tags: [String: String]) -> Bool {
        tags[purposeTag] == purpose && tags["terrace:address"] == nil
    }
}
