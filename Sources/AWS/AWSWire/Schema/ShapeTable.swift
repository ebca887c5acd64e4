import Synchronization

/// The shapes of a service by their place in its schema. Each is read from its text when it is first asked for: a command needs a few
/// dozen of the three thousand that all services have.
package final class ShapeTable: Sendable {
    /// Read at most once by each thread that asks first; all get the same.
    private final class Cell: Sendable {
        let shape = AtomicLazyReference<ShapeSchema>()
    }

    private let texts: [Substring]
    private let places: [Substring: Int]
    private let cells: [Cell]

    /// - Parameters:
    ///   - texts: of each shape its line and those of its members.
    ///   - places: name → index in `texts`.
    init(texts: [Substring], places: [Substring: Int]) {
        self.texts = texts
        self.places = places
        cells = texts.map { _ in Cell() }
    }

    package var indices: Range<Int> { texts.indices }

    package subscript(place: Int) -> ShapeSchema {
        cells[place].shape.load() ?? cells[place].shape.storeIfNil(ShapeSchema(texts[place], places))
    }
}
