import ArgumentParser
package import Resources

/// What verbs that change a stack on AWS accept besides.
struct LeaseOption: ParsableArguments {
    @Flag(help: "On aws: take the stack from another operator whose run has died.")
    var breakLock = false
}

/// What may be lost for the sake of a change.
struct ReplaceOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "On aws: let go of this resource although it holds data. Can be repeated.", valueName: "address"))
    var allowReplace: [Address] = []
}

extension Address: ExpressibleByArgument {
    package init?(argument: String) { self.init(tag: argument) }
}
