extension LoggedText {
    package init(_ line: LogLine) {
        self.init(time: line.time, task: line.task, isError: line.stream == .error, text: line.text)
    }
}
