import Stacks
import Testing

@Suite struct NetworkTests {
    static let layouts: [(block: String, zones: Int, third: [Int])] = [
        ("10.0.0.0/16", 2, [1, 2, 11, 12, 21, 22]), ("10.0.0.0/16", 3, [1, 2, 3, 11, 12, 13, 21, 22, 23]),
        ("10.0.32.0/19", 2, [33, 34, 43, 44, 53, 54]), ("10.0.16.0/20", 3, [16, 17, 18, 21, 22, 23, 26, 27, 28]),
        ("10.0.16.0/20", 2, [16, 17, 21, 22, 26, 27]), ("10.0.8.0/21", 2, [8, 9, 10, 11, 12, 13]),
        ("10.0.8.0/21", 3, []), ("10.0.0.0/22", 2, []),
    ]

    @Test(arguments: layouts) func everyTierHasASubnetInEveryZone(_ block: String, _ zones: Int, _ third: [Int]) throws
    {
        let network = Network(cidr: try #require(CIDR(strict: block)))
        let subnets = network.subnets(zones: zones)
        #expect(subnets.map { "\($0.cidr)" } == third.map { "10.0.\($0).0/24" })
        #expect(subnets.allSatisfy { network.cidr.contains($0.cidr) })
    }

    @Test func subnetsAreCalledByTierAndZone() {
        let names = Network().subnets(zones: 2).map(\.name)
        #expect(names == ["public-a", "public-b", "application-a", "application-b", "data-a", "data-b"])
    }

    @Test(arguments: ["10.0.0.0/16", "0.0.0.0/0", "255.255.255.255/32"])
    func aBlockIsReadAsItIsWritten(_ text: String) { #expect(CIDR(strict: text)?.description == text) }

    @Test(arguments: [
        "10.0.0.1/16", "10.0.0/16", "10.0.0.0/33", "10.0.0.0", "01.0.0.0/16", "a.0.0.0/8", "10.0.0.0/+8", "/", "",
    ])
    func whatIsNoBlockIsRefused(_ text: String) { #expect(CIDR(strict: text) == nil) }
}
