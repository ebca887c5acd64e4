import Foundation

/// How many mutated inputs each fuzz test takes: enough to find what is near, within seconds. `make fuzz` asks for more.
enum FuzzRounds {
    static let count = ProcessInfo.processInfo.environment["TERRACE_FUZZ_ROUNDS"].flatMap { Int($0) } ?? 50_000
}
