@main struct Terrace { static func main() {} }
