import SampleStacks

extension SampleStack {
    /// Those whose exports are read as they are; the others are judged by the tools.
    static let reviewed: [SampleStack] = [.standard, .domain]
}
