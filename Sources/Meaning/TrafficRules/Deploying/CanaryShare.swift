/// How many tasks get a share of the requests, and how large a part of a whole task's each of them takes.
package struct CanaryShare: Sendable, Equatable {
    package var tasks: Int
    /// Per cent of what a task of the old version gets, 1...100.
    package var part: Int

    /// - Parameters:
    ///   - percent: of all requests, 1...99.
    ///   - count: tasks of the old version.
    package init(percent: Int, beside count: Int) {
        // With n tasks of part p beside `count` whole ones: n·p / (count + n·p) = percent / 100.
        let parts = max(1, (100 * percent * count + (100 - percent) / 2) / (100 - percent))
        tasks = max(1, (parts + SlowStart.full - 1) / SlowStart.full)
        part = max(1, min(SlowStart.full, (parts + tasks / 2) / tasks))
    }
}
