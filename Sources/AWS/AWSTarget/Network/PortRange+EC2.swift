import Resources

extension PortRange {
    /// EC2 writes protocols by number or by name, and `-1` for all of them.
    init(protocol name: String, from: Int?, to: Int?) {
        let ports = min(max(from ?? 0, 0), 65_535)...min(max(to ?? 65_535, from ?? 0, 0), 65_535)
        switch name {
        case "6", "tcp": self = .tcp(ports)
        case "17", "udp": self = .udp(ports)
        case "-1": self = .all
        case "icmp": self = .other(1)
        case "icmpv6": self = .other(58)
        default: self = .other(Int(name) ?? 255)
        }
    }

    /// As access lists want it.
    var protocolNumber: String {
        switch self {
        case .tcp: "6"
        case .udp: "17"
        case .all: "-1"
        case .other(let number): String(number)
        }
    }

    /// As groups want it.
    var protocolName: String {
        switch self {
        case .tcp: "tcp"
        case .udp: "udp"
        case .all, .other: protocolNumber
        }
    }

    /// Nil where the protocol has no ports.
    var limits: ClosedRange<Int>? {
        switch self {
        case .tcp(let range), .udp(let range): range
        case .all, .other: nil
        }
    }
}
