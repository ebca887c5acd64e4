import Foundation
import LocalTarget

/// One event: `14:50:01  task web.1    healthy after 0.4 s`.
struct EventLine {
    var style: TextStyle
    var timeZone: TimeZone

    func text(_ event: StackEvent) -> String {
        let subject = event.subject.printable.padding(to: 12)
        let message = event.message.printable
        let shown =
            switch event.level {
            case .info: message
            case .warning: style.paint(message, .yellow)
            case .error: style.paint(message, .red)
            }
        return "\(style.dim(Figures.clock(event.time, timeZone)))  \(subject)  \(shown)"
    }
}

extension String {
    func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
