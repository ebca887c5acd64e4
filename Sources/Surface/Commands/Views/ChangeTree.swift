import Provisioning
import Resources

/// What a terminal shows while a plan is carried out: by tier, what is under way, for how long and what it waits for. A
/// value; it is told of events and asked for lines.
struct ChangeTree {
    private struct Row {
        var address: Address
        var action: ApplyEvent.Action
        /// Since the apply began.
        var since: Duration
        var waiting: String?
    }

    private var running: [Job.ID: Row] = [:]
    private var total: [ResourceGroup: Int] = [:]
    private var over: [ResourceGroup: Int] = [:]
    private var troubles = 0
    private let title: String

    /// For the jobs of one apply. `title` is the stack's name.
    init(_ title: String, jobs: [Job]) {
        self.title = title
        for job in jobs { total[job.address.group, default: 0] += 1 }
    }

    mutating func add(_ event: ApplyEvent) {
        switch event.happening {
        case .started:
            running[event.job] = Row(
                address: event.address, action: event.action, since: event.at - (event.elapsed ?? .zero))
        case .waiting(let reason): running[event.job]?.waiting = reason.printable
        case .identified: break
        case .ready, .exists, .kept, .left: finish(event)
        case .failed, .blocked:
            troubles += 1
            finish(event)
        }
    }

    private mutating func finish(_ event: ApplyEvent) {
        running[event.job] = nil
        over[event.address.group, default: 0] += 1
    }

    /// At most `rows` lines of at most `width` characters. `now` is the time since the apply began.
    func lines(now: Duration, width: Int, rows: Int, notice: String, style: TextStyle) -> [String] {
        let done = over.values.reduce(0, +)
        let all = total.values.reduce(0, +)
        let trouble = troubles > 0 ? "  " + style.paint("\(troubles) failed or blocked", .red) : ""
        let word = notice.isEmpty ? "" : "  " + style.dim(notice)
        let head = "\(style.bold(title))  \(done) of \(all) done  \(Figures.elapsed(now))\(trouble)\(word)"
        let body = ResourceGroup.allCases.flatMap { lines(of: $0, now, style) }
        let room = max(0, rows - 1)
        let shown = body.count <= room ? body : Array(body.prefix(max(0, room - 1))) + hidden(body, room, style)
        return ([head] + shown).map { $0.clipped(to: width) }
    }

    private func hidden(_ body: [String], _ room: Int, _ style: TextStyle) -> [String] {
        room > 0 ? [style.dim("… \(body.count - room + 1) more")] : []
    }

    private func lines(of group: ResourceGroup, _ now: Duration, _ style: TextStyle) -> [String] {
        guard let total = total[group] else { return [] }
        let rows = running.filter { $0.value.address.group == group }.sorted { $0.key < $1.key }.map(\.value)
        let over = over[group] ?? 0
        let count = over == total ? style.paint("\(over) of \(total)", .green) : "\(over) of \(total)"
        return ["\(group.rawValue.padding(to: 12))\(count)"] + rows.map { text($0, now, style) }
    }

    private func text(_ row: Row, _ now: Duration, _ style: TextStyle) -> String {
        let name = String(row.address.text.dropFirst(row.address.group.rawValue.count + 1)).padding(to: 28)
        let time = Figures.elapsed(max(.zero, now - row.since))
        let reason = row.waiting.map { "  " + style.dim($0) } ?? ""
        let margin = String(repeating: " ", count: max(0, 11 - time.count))
        return "  \(name)  \(ChangeWords(action: row.action).doing)\(margin)\(time)\(reason)"
    }
}
