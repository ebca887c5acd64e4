import Foundation
import LocalTarget

/// One line of a task's output: `14:50:01 web.1  text`. Every task keeps its colour.
struct LogLineView {
    var style: TextStyle
    var timeZone: TimeZone

    func text(_ line: LogLine) -> String {
        let colours: [TextStyle.Colour] = [.cyan, .green, .magenta, .blue, .yellow]
        let number = line.task.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFF }
        let name = style.paint(line.task.padding(to: 8), colours[number % colours.count])
        return "\(style.dim(Figures.clock(line.time, timeZone))) \(name) \(line.text)"
    }
}
