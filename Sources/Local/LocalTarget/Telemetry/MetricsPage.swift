import TrafficRules

/// Everything that is counted, in Prometheus' text format. Names end in their unit; durations are in seconds.
struct MetricsPage {
    let status: StackStatus
    let edge: TrafficTotals
    let services: [(name: String, totals: TrafficTotals)]
    let firewall: [FirewallCounters.Outcome: Int]

    func bytes() -> [UInt8] {
        var text = PrometheusText()
        traffic(&text)
        cache(&text)
        requestsOfFirewall(&text)
        tasks(&text)
        if let database = status.database { self.database(database, &text) }
        alarms(&text)
        return text.bytes
    }

    private func traffic(_ text: inout PrometheusText) {
        let tiers: [(labels: [PrometheusText.Label], totals: TrafficTotals)] =
            [([("tier", "edge")], edge)]
            + services.map { ([("tier", "application"), ("service", $0.name)], $0.totals) }
        text.family("terrace_requests_total", .counter, help: "Answers by tier and class of status.")
        for tier in tiers {
            for (index, count) in tier.totals.classes.enumerated() where count > 0 || index == 1 || index == 4 {
                text.sample(count, tier.labels + [("class", "\(index + 1)xx")])
            }
        }
        text.family("terrace_sent_bytes_total", .counter, help: "Bytes of bodies sent to clients.")
        for tier in tiers { text.sample(tier.totals.sent, tier.labels) }
        text.family("terrace_request_duration_seconds", .histogram, help: "From a request's head to its answer's end.")
        for tier in tiers { text.histogram(tier.totals.latencies, tier.labels) }
        text.family("terrace_connections", .gauge, help: "Open connections of clients.")
        text.sample(status.edge.connections)
    }

    private func cache(_ text: inout PrometheusText) {
        text.family("terrace_cache_requests_total", .counter, help: "Cacheable requests by outcome.")
        text.sample(edge.hits, [("outcome", "hit")])
        text.sample(edge.misses, [("outcome", "miss")])
        text.family("terrace_cache_bytes", .gauge, help: "Memory of kept answers.")
        text.sample(status.edge.cacheBytes)
        text.family("terrace_cache_objects", .gauge, help: "Kept answers.")
        text.sample(status.edge.cacheObjects)
    }

    private func requestsOfFirewall(_ text: inout PrometheusText) {
        text.family("terrace_firewall_requests_total", .counter, help: "What the firewall did with requests.")
        for outcome in FirewallCounters.Outcome.allCases {
            text.sample(firewall[outcome] ?? 0, [("outcome", outcome.word)])
        }
        text.family("terrace_firewall_rules_enforced", .gauge, help: "1 while the manifest's rules inspect requests.")
        text.sample(status.edge.firewall == "on" ? 1 : 0)
    }

    private func tasks(_ text: inout PrometheusText) {
        text.family("terrace_targets", .gauge, help: "Tasks by service and state.")
        for service in status.services {
            for state in TaskStatus.State.allCases {
                let count = service.tasks.count { $0.state == state }
                text.sample(count, [("service", service.name), ("state", state.rawValue)])
            }
        }
        text.family("terrace_task_restarts_total", .counter, help: "Restarts of tasks.")
        for service in status.services {
            text.sample(service.tasks.reduce(0) { $0 + $1.restarts }, [("service", service.name)])
        }
    }

    private func alarms(_ text: inout PrometheusText) {
        text.family(
            "terrace_alarm", .gauge,
            help: "1 for the state that an alarm is in; nothing for one that is not watched here.")
        for alarm in status.alarms {
            guard let now = alarm.state else { continue }
            for state in AlarmState.allCases {
                text.sample(now == state ? 1 : 0, [("alarm", alarm.name), ("state", state.rawValue)])
            }
        }
    }

    private func database(_ database: DatabaseStatus, _ text: inout PrometheusText) {
        text.family("terrace_database_up", .gauge, help: "1 for a server that takes connections.")
        for server in database.servers {
            let labels: [PrometheusText.Label] = [("server", server.name), ("role", server.role.rawValue)]
            text.sample(server.state == .available ? 1 : 0, labels)
        }
        text.family("terrace_database_replication_lag_bytes", .gauge, help: "Log that a reader has not replayed.")
        for server in database.servers {
            if let lag = server.lagBytes { text.sample(lag, [("server", server.name)]) }
        }
        text.family("terrace_database_connections", .gauge, help: "Connections through the relays.")
        text.sample(database.connections)
        text.family("terrace_database_failovers_total", .counter, help: "Times that the reader became the writer.")
        text.sample(database.failovers)
        text.family("terrace_database_synchronous", .gauge, help: "1 while a commit waits for the reader's disk.")
        text.sample(database.synchronous ? 1 : 0)
    }
}
