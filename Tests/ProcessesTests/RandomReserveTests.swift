import Machine
import Testing

struct RandomReserveTests {
    /// Several draws long: no number comes twice, and every bit is now set and now not.
    @Test func numbersDifferAcrossDraws() {
        var reserve = RandomReserve()
        let numbers = (0..<200).map { _ in reserve.next() }
        #expect(Set(numbers).count == numbers.count)
        #expect(numbers.reduce(0, |) == .max && numbers.reduce(.max, &) == 0)
    }

    @Test func twoReservesShareNothing() {
        var (one, other) = (RandomReserve(), RandomReserve())
        let ones = Set((0..<64).map { _ in one.next() })
        #expect(ones.isDisjoint(with: (0..<64).map { _ in other.next() }))
    }
}
