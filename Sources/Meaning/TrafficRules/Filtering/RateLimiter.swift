/// At most so many requests of one client in any window of time, by the sliding window counter: the count of the bucket
/// under way plus the share of the one before that the window still covers. Two counters for each client instead of a
/// list of moments; off by what a client's unevenness within one bucket amounts to. Refused requests are not counted, so
/// a client that keeps on is let through at the allowed rate.
package struct RateLimiter<Client: Hashable & Sendable>: Sendable {
    package enum Grant: Sendable, Equatable {
        /// At least 1, charged already; to be used before the bucket ends.
        case granted(Int, until: Duration)
        /// Not before this time is over would a request be admitted again.
        case refused(retryAfter: Duration)
    }

    private struct Account {
        let client: Client
        var bucket: Int64
        var current: Int
        var previous: Int
        var isOffender = false

        mutating func advance(to now: Int64) {
            guard now > bucket else { return }
            previous = now == bucket + 1 ? current : 0
            current = 0
            bucket = now
        }
    }

    private let requests: Int
    private let window: Duration
    private let capacity: Int
    private var slotOfClient: [Client: Int] = [:]
    private var accounts: [Account] = []
    /// Who was refused last time, and who was not: the second list is given up first, so that a crowd of new clients
    /// cannot buy an offender's freedom.
    private var offenders = LeastRecentlyUsed()
    private var others = LeastRecentlyUsed()

    /// - Parameter capacity: how many clients are kept apart at once; at least 1.
    package init(requests: Int, per window: Duration, capacity: Int) {
        precondition(requests > 0 && window > .zero && capacity > 0)
        (self.requests, self.window, self.capacity) = (requests, window, capacity)
    }

    package var clientCount: Int { slotOfClient.count }

    /// - Parameters:
    ///   - wanted: at least 1; as many as there is room for are granted.
    ///   - now: on a monotonic clock.
    package mutating func lease(_ wanted: Int, for client: Client, at now: Duration) -> Grant {
        let position = now / window
        let bucket = Int64(position.rounded(.down))
        let slot = slot(of: client, bucket: bucket)
        accounts[slot].advance(to: bucket)
        let share = 1 - (position - Double(bucket))
        let account = accounts[slot]
        let estimate = Double(account.previous) * share + Double(account.current)
        let room = Int((Double(requests) - estimate).rounded(.down))
        guard room > 0 else {
            note(slot, isOffender: true)
            return .refused(retryAfter: wait(account, share: share))
        }
        let granted = min(max(1, wanted), room)
        accounts[slot].current += granted
        note(slot, isOffender: false)
        return .granted(granted, until: window * Double(bucket + 1))
    }

    /// When the estimate falls to one below the limit: within this bucket as the share of the previous one shrinks, else
    /// in the next one, where this bucket's count is what shrinks.
    private func wait(_ account: Account, share: Double) -> Duration {
        let room = Double(requests - 1)
        if account.previous > 0, Double(account.current) <= room {
            let wantedShare = (room - Double(account.current)) / Double(account.previous)
            return window * max(0, share - wantedShare)
        }
        return window * (share + 1 - min(1, room / Double(max(1, account.current))))
    }

    private mutating func slot(of client: Client, bucket: Int64) -> Int {
        if let slot = slotOfClient[client] { return slot }
        let account = Account(client: client, bucket: bucket, current: 0, previous: 0)
        let slot: Int
        if accounts.count < capacity {
            slot = accounts.count
            accounts.append(account)
        } else {
            slot = release(at: bucket)
            accounts[slot] = account
        }
        slotOfClient[client] = slot
        others.insert(slot)
        return slot
    }

    /// Frees one slot: an offender that has been silent for two whole windows, else the longest silent of the others, and
    /// only when all are offenders the longest silent of them.
    private mutating func release(at bucket: Int64) -> Int {
        let silent = offenders.victim.flatMap { accounts[$0].bucket < bucket - 1 ? $0 : nil }
        let slot = silent ?? others.victim ?? offenders.victim ?? 0
        if accounts[slot].isOffender { offenders.remove(slot) } else { others.remove(slot) }
        slotOfClient[accounts[slot].client] = nil
        return slot
    }

    private mutating func note(_ slot: Int, isOffender: Bool) {
        if accounts[slot].isOffender == isOffender {
            if isOffender { offenders.use(slot) } else { others.use(slot) }
            return
        }
        accounts[slot].isOffender = isOffender
        if isOffender {
            others.remove(slot)
            offenders.insert(slot)
        } else {
            offenders.remove(slot)
            others.insert(slot)
        }
    }
}
