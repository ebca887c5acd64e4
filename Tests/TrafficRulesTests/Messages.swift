import Stacks
import TrafficRules

/// Messages written as text, for tables of cases: `"Cache-Control: max-age=5"` is one field.
func fields(_ lines: [String]) -> HeaderFields {
    var fields = HeaderFields()
    for line in lines {
        let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        fields.append(name: parts[0].utf8, value: parts.dropFirst().joined().drop { $0 == " " }.utf8)
    }
    return fields
}

func request(_ method: Method = .get, _ target: String = "/a", _ lines: [String] = []) -> RequestHead {
    RequestHead(method: method, target: target, authority: "example.com", fields: fields(lines))
}

func response(_ status: Int = 200, _ lines: [String] = []) -> ResponseHead {
    ResponseHead(status: status, fields: fields(lines))
}

/// Sun, 06 Nov 1994 08:49:37 GMT
let noon = WallTime(seconds: 784_111_777)

func date(_ secondsFromNoon: Int) -> String {
    String(decoding: HTTPDate.format(WallTime(seconds: noon.wholeSeconds + secondsFromNoon)), as: UTF8.self)
}

/// An exchange whose answer came at 100 s on the monotonic clock, `delay` after it was asked for.
func times(delay: Duration = .zero) -> ExchangeTimes {
    ExchangeTimes(requested: .seconds(100) - delay, received: .seconds(100), receivedAt: noon)
}

/// A kept answer, received at 100 s; nil when the rules do not keep it.
func keep(_ lines: [String], status: Int = 200, to request: RequestHead = request()) -> StoredResponse? {
    let response = response(status, lines)
    guard case .store(let plan) = StorageDecision.decide(response, to: request, rule: nil, times: times()) else {
        return nil
    }
    return StoredResponse(response, to: request, plan: plan)
}

func text(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
