/// Metrics in Prometheus' text format 0.0.4, one family after the other.
/// Source: prometheus.io, "Exposition formats", read 2026-11.
package struct PrometheusText: Sendable {
    package enum Kind: String, Sendable { case counter, gauge, histogram }

    package typealias Label = (name: String, value: String)

    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// Upper bounds of histograms, in seconds.
    package static let latencyBounds: [Double] = [
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
    ]

    package private(set) var bytes: [UInt8] = []
    private var family = ""

    package init() {}

    /// Begins a family; the samples that follow are its own. `name` matches `[a-zA-Z_:][a-zA-Z0-9_:]*`.
    package mutating func family(_ name: String, _ kind: Kind, help: String) {
        family = name
        bytes.append(text: "# HELP \(name) ")
        append(escaping: help, quotes: false)
        bytes.append(text: "\n# TYPE \(name) \(kind.rawValue)\n")
    }

    package mutating func sample(_ value: Double, _ labels: [Label] = []) {
        sample(family, labels, PrometheusText.text(of: value))
    }

    package mutating func sample(_ value: some BinaryInteger, _ labels: [Label] = []) {
        sample(family, labels, String(value))
    }

    /// All series of a histogram: `_bucket` with `le` in seconds, `_sum`, `_count`.
    package mutating func histogram(_ histogram: LatencyHistogram, _ labels: [Label] = []) {
        for bound in PrometheusText.latencyBounds {
            let count = histogram.count(upTo: .microseconds((bound * 1_000_000).rounded()))
            sample(family + "_bucket", labels + [("le", PrometheusText.text(of: bound))], String(count))
        }
        sample(family + "_bucket", labels + [("le", "+Inf")], String(histogram.total))
        sample(family + "_sum", labels, PrometheusText.text(of: histogram.sum / .seconds(1)))
        sample(family + "_count", labels, String(histogram.total))
    }

    private mutating func sample(_ name: String, _ labels: [Label], _ value: String) {
        bytes.append(text: name)
        for (index, label) in labels.enumerated() {
            bytes.append(text: index == 0 ? "{" : ",")
            bytes.append(text: label.name)
            bytes.append(text: "=\"")
            append(escaping: label.value, quotes: true)
            bytes.append(34)
        }
        bytes.append(text: labels.isEmpty ? " " : "} ")
        bytes.append(text: value)
        bytes.append(10)
    }

    private mutating func append(escaping text: String, quotes: Bool) {
        for byte in text.utf8 {
            switch byte {
            case 92: bytes.append(contentsOf: [92, 92])
            case 10: bytes.append(contentsOf: [92, 110])
            case 34 where quotes: bytes.append(contentsOf: [92, 34])
            default: bytes.append(byte)
            }
        }
    }

    private static func text(of value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : "\(value)"
    }
}
