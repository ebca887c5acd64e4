/// Spreads tasks over zones as evenly as whole numbers allow.
enum ZoneSpread {
    /// The zone with the fewest tasks, the first of equals.
    static func zoneForNext(zones: [String], occupied: [String]) -> String {
        zones.min { count($0, occupied) < count($1, occupied) } ?? "a"
    }

    /// The zone that can spare one best: that with the most tasks, the last of equals.
    static func zoneToLeave(zones: [String], occupied: [String]) -> String {
        zones.reversed().max { count($0, occupied) < count($1, occupied) } ?? "a"
    }

    private static func count(_ zone: String, _ occupied: [String]) -> Int { occupied.count { $0 == zone } }
}
