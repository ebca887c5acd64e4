import AWSWire
import ArgumentParser

/// Where a load goes: `https://shop.example.com`, `http://10.0.0.5:8080`.
struct VisitAddress: ExpressibleByArgument, CustomStringConvertible, Sendable, Equatable {
    var isSecure: Bool
    var host: String
    var port: Int

    init?(argument: String) {
        guard let url = PlainURL(argument), url.target == "/" else { return nil }
        isSecure = url.scheme == "https"
        host = url.host
        let port = url.authority.split(separator: ":").last.flatMap { Int($0) }
        let hasPort = url.authority.hasSuffix("]") == false && url.authority != url.host
        if hasPort, port.map({ (1...65_535).contains($0) }) != true { return nil }
        self.port = (hasPort ? port : nil) ?? (isSecure ? 443 : 80)
    }

    var description: String {
        let usual = isSecure ? 443 : 80
        return "\(isSecure ? "https" : "http")://\(host)\(port == usual ? "" : ":\(port)")"
    }
}
