/// A version of a service that the cloud keeps.
package struct Revision: Sendable, Equatable, Codable {
    package var number: Int
    package var arn: String
    package var image: String
    package var isRunning: Bool

    package init(number: Int, arn: String, image: String, isRunning: Bool) {
        self.number = number
        self.arn = arn
        self.image = image
        self.isRunning = isRunning
    }
}
