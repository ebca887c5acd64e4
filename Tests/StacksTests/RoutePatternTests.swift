import Stacks
import Testing

@Suite struct RoutePatternTests {
    static let cases: [(pattern: String, path: String, matches: Bool)] = [
        ("/*", "/", true), ("/*", "/a/b", true), ("/*", "", false), ("/", "/", true), ("/", "/a", false),
        ("/static/*", "/static/a.css", true), ("/static/*", "/static/", true), ("/static/*", "/static", false),
        ("/*.png", "/a/b.png", true), ("/*.png", "/a.png.txt", false), ("/a?c", "/abc", true), ("/a?c", "/ac", false),
        ("/*/edit", "/posts/5/edit", true), ("/a*b*c", "/axxbxxc", true), ("/a*b*c", "/axxcxxb", false),
        ("/A", "/a", false), ("/**", "/x", true), ("/a*", "/a", true), ("/?*", "/", false), ("/*ab", "/aab", true),
    ]

    @Test(arguments: cases) func aPatternTakesWhatAnALBWould(_ pattern: String, _ path: String, _ matches: Bool) {
        let pattern = RoutePattern(unchecked: pattern)
        #expect(pattern.matches(path) == matches)
        #expect(pattern.matches(path[...]) == matches)
        #expect(pattern.matches(Array(path.utf8)) == matches)
    }

    /// Backtracking over every star would need longer than the universe has been there.
    @Test func manyStarsCostNoMoreThanLengthTimesLength() {
        let pattern = RoutePattern(unchecked: "/" + String(repeating: "a*", count: 60) + "b")
        #expect(!pattern.matches("/" + String(repeating: "a", count: 4000)))
    }
}
