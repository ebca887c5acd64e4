/// What became of one write that was tried in the database of a stack in the cloud.
package enum CloudWrite: Sendable, Equatable {
    /// It is committed.
    case done
    /// Nobody could write in that moment: `DatabaseUnavailableException`, `no answer in time`.
    case refused(String)
    /// It did not get as far as the database and says nothing about it: the way there is throttled or cut.
    case astray(String)
    /// There is no way to write, because of a permission or a setting: the next one would fare no better.
    case barred(String)
}
