/// Which task a client is with, for each sticky service that it has met. It travels in the client's cookie, sealed, as an ALB's
/// `AWSALB` does; this is what is inside.
package struct StickyPins: Sendable, Equatable {
    package struct Pin: Sendable, Equatable {
        package var service: String
        /// Names the task and the port of its process: another process is another task.
        package var task: String
        /// Seconds since the epoch.
        package var since: Int

        package init(service: String, task: String, since: Int) {
            (self.service, self.task, self.since) = (service, task, since)
        }
    }

    /// A cookie stays small: the services met last are kept.
    package static let most = 5

    package private(set) var pins: [Pin]

    package init(_ pins: [Pin] = []) { self.pins = pins }

    /// The task to stay with; nil when the client is new to the service or its time is over.
    package func task(of service: String, lifetime: Duration, at now: WallTime) -> String? {
        guard let pin = pins.first(where: { $0.service == service }) else { return nil }
        let age = now.wholeSeconds - pin.since
        // A clock that was set back makes no pin eternal.
        return (-60..<Int(lifetime.components.seconds)).contains(age) ? pin.task : nil
    }

    /// Whether the client is told anew: it went to another task, or half of its time is over. An ALB tells at every answer;
    /// telling less lets the cache before us keep answers, which it does not when they set a cookie.
    package func isOutdated(for service: String, _ task: String, lifetime: Duration, at now: WallTime) -> Bool {
        guard let pin = pins.first(where: { $0.service == service }), pin.task == task else { return true }
        return (now.wholeSeconds - pin.since) * 2 >= Int(lifetime.components.seconds) || pin.since > now.wholeSeconds
    }

    package mutating func pin(_ service: String, to task: String, at now: WallTime) {
        pins.removeAll { $0.service == service }
        pins.insert(Pin(service: service, task: task, since: now.wholeSeconds), at: 0)
        pins.removeLast(max(0, pins.count - Self.most))
    }

    // MARK: As bytes

    /// `service NUL task NUL since LF` for each.
    package var encoded: [UInt8] {
        var bytes: [UInt8] = []
        for pin in pins {
            bytes.append(text: pin.service)
            bytes.append(0)
            bytes.append(text: pin.task)
            bytes.append(0)
            bytes.append(decimal: pin.since)
            bytes.append(10)
        }
        return bytes
    }

    /// Nil for what `encoded` does not make.
    package init?(encoded bytes: [UInt8]) {
        var pins: [Pin] = []
        for line in bytes.split(separator: 10) {
            let parts = line.split(separator: 0, omittingEmptySubsequences: false)
            guard parts.count == 3, let since = parts[2].decimal(limit: Int(Int32.max)), pins.count < Self.most else {
                return nil
            }
            pins.append(
                Pin(
                    service: String(decoding: parts[0], as: UTF8.self), task: String(decoding: parts[1], as: UTF8.self),
                    since: since))
        }
        self.pins = pins
    }
}

/// The cookies by which a client tells its pins. Source: ELBv2 "Sticky sessions", read 2026-11: `AWSALB`, and the same value
/// once more for requests from other sites.
package enum StickyCookie {
    package static let name = "AWSALB"
    package static let crossSiteName = "AWSALBCORS"

    /// What a request brings, the plain one first.
    package static func value(in fields: HeaderFields) -> ArraySlice<UInt8>? {
        fields.cookie(name) ?? fields.cookie(crossSiteName)
    }

    /// The two `Set-Cookie` values.
    package static func lines(value: String, lifetime: Duration, at now: WallTime) -> [String] {
        let end = WallTime(seconds: now.wholeSeconds + Int(lifetime.components.seconds))
        let rest = "=\(value); Expires=\(String(decoding: HTTPDate.format(end), as: UTF8.self)); Path=/"
        return [name + rest, crossSiteName + rest + "; SameSite=None; Secure"]
    }
}

extension HeaderFields {
    /// The first cookie of that name.
    package func cookie(_ name: String) -> ArraySlice<UInt8>? {
        cookies.first { $0.name.elementsEqual(name.utf8) }?.value
    }
}
