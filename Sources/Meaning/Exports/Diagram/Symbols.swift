/// Small signs, each within 28 × 28 pixels of its upper left corner.
extension SVGCanvas {
    mutating func person(_ x: Double, _ y: Double) {
        path(
            "M\(x - 9) \(y + 12) a9 9 0 0 1 18 0 z M\(x - 5.5) \(y - 5) a5.5 5.5 0 1 1 11 0 a5.5 5.5 0 1 1 -11 0",
            fill: "#334155")
    }

    mutating func cloud(_ x: Double, _ y: Double, colour: String) {
        path(
            "M\(x + 7) \(y + 26) h16 a6.5 6.5 0 0 0 1 -12.9 a9 9 0 0 0 -17.4 -1.6 a7.3 7.3 0 0 0 0.4 14.5 z",
            fill: "#ffffff", stroke: colour, width: 1.75)
    }

    mutating func shield(_ x: Double, _ y: Double, colour: String) {
        path(
            "M\(x + 12) \(y) l10 4 v9 c0 8 -5 13 -10 16 c-5 -3 -10 -8 -10 -16 v-9 z M\(x + 7.5) \(y + 14) l3.5 3.5 l6 -7",
            stroke: colour, width: 1.75)
    }

    /// One way in, three out.
    mutating func fork(_ x: Double, _ y: Double, colour: String) {
        path(
            "M\(x) \(y + 12) h9 M\(x + 9) \(y + 12) l8 -9 h6 M\(x + 9) \(y + 12) h14 M\(x + 9) \(y + 12) l8 9 h6",
            stroke: colour, width: 1.75)
        for end in [3.0, 12, 21] { path("M\(x + 21) \(y + end - 3) l4 3 l-4 3", stroke: colour, width: 1.75) }
    }

    mutating func hexagon(_ x: Double, _ y: Double, colour: String) {
        path(
            "M\(x + 12) \(y) l10.5 6 v12 l-10.5 6 l-10.5 -6 v-12 z M\(x + 1.5) \(y + 6) l10.5 6 l10.5 -6 M\(x + 12) \(y + 12) v12",
            stroke: colour, width: 1.6)
    }

    mutating func cylinder(_ x: Double, _ y: Double, colour: String) {
        path(
            "M\(x) \(y + 5) a11 4.5 0 0 1 22 0 v19 a11 4.5 0 0 1 -22 0 z M\(x) \(y + 5) a11 4.5 0 0 0 22 0 M\(x) \(y + 14.5) a11 4.5 0 0 0 22 0",
            fill: "#ffffff", stroke: colour, width: 1.6)
    }
}
