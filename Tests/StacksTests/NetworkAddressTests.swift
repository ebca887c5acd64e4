import Stacks
import TestKit
import Testing

struct NetworkAddressTests {
    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"), ("::", "::"),
        ("::1", "::1"), ("1::", "1::"), ("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("2001:db8::", "2001:db8::"),
        ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("::ffff:192.0.2.1", "192.0.2.1"), ("::ffff:c000:201", "192.0.2.1"),
        ("64:ff9b::192.0.2.1", "64:ff9b::c000:201"), ("1:2:3:4:5:6:192.0.2.1", "1:2:3:4:5:6:c000:201"),
        ("fe80::1%eth0", "fe80::1"), ("[::1]", "::1"), ("0:0:0:1::", "0:0:0:1::"),
        ("1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"),
        ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"), ("::192.0.2.1", "::c000:201"),
    ])
    func anAddressIsRead(text: String, written: String) { #expect(NetworkAddress(text)?.description == written) }

    @Test(arguments: [
        "", ".", ":", ":::", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.4 ", "1.2.3.a", "1..3.4", "1:2:3",
        "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "g::", "::1.2.3", "1:2:3:4:5:6:7:1.2.3.4", ":1::", "1::2:", "+1::",
        "1:2:3:4:5:6:7::8:9", "1.2.3.4::",
    ])
    func whatIsNoneIsRefused(text: String) { #expect(NetworkAddress(text) == nil) }

    @Test func whatIsWrittenIsReadAgain() {
        var random = SeededGenerator(seed: 128)
        for _ in 0..<20_000 {
            let mask = random.next() & random.next() & random.next()
            let address = NetworkAddress(high: random.next() & mask, low: random.next() & ~mask)
            #expect(NetworkAddress(address.description) == address, "\(address)")
        }
    }

    @Test(arguments: [
        ("192.0.2.0/24", "192.0.2.255", true), ("192.0.2.0/24", "192.0.3.0", false), ("0.0.0.0/0", "8.8.8.8", true),
        ("0.0.0.0/0", "2001:db8::1", false), ("192.0.2.7", "192.0.2.7", true), ("192.0.2.7", "192.0.2.8", false),
        ("2001:db8::/32", "2001:db8:ffff::1", true), ("2001:db8::/32", "2001:db9::1", false), ("::/0", "::1", true),
        ("::1/128", "::1", true), ("2001:db8::8000:0:0:0/65", "2001:db8::8000:0:0:1", true),
        ("2001:db8::8000:0:0:0/65", "2001:db8::1", false), ("127.0.0.0/8", "::ffff:127.0.0.1", true),
    ])
    func aBlockContains(block: String, address: String, isInside: Bool) throws {
        #expect(try #require(AddressBlock(block)).contains(try #require(NetworkAddress(address))) == isInside)
    }

    @Test(arguments: [
        "192.0.2.1/24", "192.0.2.0/33", "192.0.2.0/", "/8", "192.0.2.0/08", "::1/129", "2001:db8::1/32", "a", "",
    ])
    func whatIsNoBlockIsRefused(text: String) { #expect(AddressBlock(text) == nil) }
}
