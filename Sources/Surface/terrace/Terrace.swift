import Commands

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@main struct Terrace {
    static func main() async {
        exit(await Program.run(Array(CommandLine.arguments.dropFirst())))
    }
}
