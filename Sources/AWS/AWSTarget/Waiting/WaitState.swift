import Resources

/// Decides whether a wait is over. It is told what each look saw.
struct WaitState {
    enum Next: Equatable {
        case done(Observed)
        /// Look again; the text says what is being waited for.
        case again(String)
        case failed(String)
    }

    /// AWS may not show yet what it has just made. Longest time for which "not found" means "not yet".
    static let invisible = Duration.seconds(300)

    /// How many looks running must find the resource ready: 2 where one server may know of it and the next may not.
    private let sightings: Int
    private var seen = 0

    init(sightings: Int = 1) { self.sightings = sightings }

    mutating func saw(_ observed: Observed?, after elapsed: Duration) -> Next {
        guard let observed else {
            seen = 0
            return elapsed < Self.invisible ? .again("not visible yet") : .failed("it is not there any more")
        }
        switch observed.state {
        case .ready:
            seen += 1
            return seen >= sightings ? .done(observed) : .again("must be seen once more")
        case .pending(let reason):
            seen = 0
            return .again(reason)
        case .failed(let reason): return .failed(reason)
        case .deleting: return .failed("somebody is deleting it")
        }
    }
}
