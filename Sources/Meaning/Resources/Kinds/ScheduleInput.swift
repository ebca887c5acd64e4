extension ScheduleSettings {
    /// What the task gets in place of its definition's, as Scheduler passes it on to ECS: JSON of RunTask's `overrides`.
    package var input: String {
        let words = command.map(ScheduleSettings.quoted).joined(separator: ",")
        return "{\"containerOverrides\":[{\"name\":\(ScheduleSettings.quoted(container)),\"command\":[\(words)]}]}"
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case ..<" ":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
