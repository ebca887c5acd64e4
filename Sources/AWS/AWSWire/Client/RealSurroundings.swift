import struct Foundation.Date

extension AWSClient.Surroundings {
    /// This machine's clocks and its random numbers.
    package static var real: AWSClient.Surroundings {
        let start = ContinuousClock.now
        return AWSClient.Surroundings(
            now: { Moment(milliseconds: Int(Date().timeIntervalSince1970 * 1000)) },
            uptime: { (ContinuousClock.now - start).inSeconds },
            draw: { Double.random(in: 0..<1) },
            sleep: { try await Task.sleep(for: $0) },
            token: { randomToken() })
    }
}

/// In the form of a UUID of version 4, which every service accepts.
private func randomToken() -> String {
    var generator = SystemRandomNumberGenerator()
    let high = (generator.next() & 0xFFFF_FFFF_FFFF_0FFF) | 0x4000
    let low = (generator.next() & 0x3FFF_FFFF_FFFF_FFFF) | 0x8000_0000_0000_0000
    func hex(_ number: UInt64) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }
    let digits = Array(hex(high) + hex(low))
    let groups = [digits[0..<8], digits[8..<12], digits[12..<16], digits[16..<20], digits[20..<32]]
    return groups.map { String($0) }.joined(separator: "-")
}
