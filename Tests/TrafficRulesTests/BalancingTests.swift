import Testing
import TrafficRules

struct LeastOutstandingTests {
    private func choose(
        _ balancer: inout LeastOutstanding, _ targets: [(Standing, Int)], excluding: Int? = nil
    ) -> LeastOutstanding.Choice? {
        balancer.choose(
            among: targets.count, excluding: excluding, standing: { targets[$0].0 }, outstanding: { targets[$0].1 })
    }

    @Test(arguments: [
        ([(Standing.healthy, 3), (.healthy, 1), (.healthy, 2)], nil, 1, false),
        ([(.healthy, 3), (.healthy, 1), (.healthy, 2)], 1, 2, false),
        ([(.unhealthy, 0), (.healthy, 9), (.unavailable, 0)], nil, 1, false),
        ([(.unhealthy, 4), (.unhealthy, 2), (.unavailable, 0)], nil, 1, true),
        ([(.unhealthy, 4), (.healthy, 2)], 1, 0, true),
    ])
    func fewestRequestsWin(targets: [(Standing, Int)], excluding: Int?, wanted: Int, failedOpen: Bool) {
        var balancer = LeastOutstanding()
        let choice = choose(&balancer, targets, excluding: excluding)
        #expect(choice?.target == wanted && choice?.failedOpen == failedOpen)
    }

    @Test("Nothing to choose: no targets, only starting or draining ones, or only the one that failed")
    func nothing() {
        var balancer = LeastOutstanding()
        let choices = [
            choose(&balancer, []), choose(&balancer, [(.unavailable, 0), (.unavailable, 0)]),
            choose(&balancer, [(.healthy, 0)], excluding: 0),
        ]
        #expect(choices.allSatisfy { $0 == nil })
    }

    @Test("Among equals the turn goes round")
    func tiesRotate() {
        var balancer = LeastOutstanding()
        var served = [0, 0, 0]
        for _ in 0..<300 {
            if let choice = choose(&balancer, [(.healthy, 0), (.healthy, 0), (.healthy, 0)]) {
                served[choice.target] += 1
            }
        }
        #expect(served == [100, 100, 100])
    }
}

struct SecondTryTests {
    @Test(arguments: [
        (SecondTry.Progress.notConnected, GatewayFailure.connectionRefused, Method.post, 1, true, true),
        (.notConnected, .connectTimeout, .get, 1, true, true),
        (.connected, .closedBeforeAnswer, .post, 1, true, true),
        (.notConnected, .connectionRefused, .post, 1, false, false),
        (.notConnected, .connectionRefused, .get, 2, true, false),
        (.sent, .closedBeforeAnswer, .get, 1, true, true),
        (.sent, .closedBeforeAnswer, .delete, 1, true, true),
        (.sent, .closedBeforeAnswer, .post, 1, true, false),
        (.sent, .closedBeforeAnswer, .put, 1, false, false),
        (.sent, .closedBeforeAnswer, .put, 1, true, true),
        (.answering, .closedBeforeAnswer, .get, 1, true, false),
        (.sent, .answerTimeout, .get, 1, true, false),
        (.sent, .brokenAnswer, .get, 1, true, false),
        (.notConnected, .clientGone, .get, 1, true, false),
    ])
    func onlyWhatIsSafeIsTriedAgain(
        progress: SecondTry.Progress, failure: GatewayFailure, method: Method, attempt: Int, untouched: Bool,
        wanted: Bool
    ) {
        let allowed = SecondTry.isAllowed(
            after: progress, failure: failure, method: method, attempt: attempt, bodyIsUntouched: untouched)
        #expect(allowed == wanted)
    }
}

struct GatewayFailureTests {
    @Test(
        "Statuses are an ALB's",
        arguments: [
            (GatewayFailure.noRoute, 404), (.incompatibleProtocol, 464), (.connectionRefused, 502),
            (.closedBeforeAnswer, 502), (.brokenAnswer, 502),
            (.noTarget, 503), (.overloaded, 503), (.connectTimeout, 504), (.answerTimeout, 504), (.clientGone, 460),
            (.badRequest, 400), (.requestTimeout, 408), (.contentTooLarge, 413), (.targetTooLong, 414),
            (.headTooLarge, 431),
        ])
    func statuses(failure: GatewayFailure, status: Int) {
        #expect(failure.status == status)
        #expect(failure.head.status == status)
    }

    @Test("Every failure has a reason of its own, one word, and a page of the length it says")
    func reasons() {
        let reasons = GatewayFailure.allCases.map(\.reason)
        #expect(Set(reasons).count == reasons.count)
        #expect(reasons.allSatisfy { !$0.contains(" ") })
        for failure in GatewayFailure.allCases {
            #expect(failure.head.fields.string(.contentLength) == "\(failure.page.count)")
            #expect(failure.head.fields.string(.cacheControl) == "no-store")
        }
    }
}
