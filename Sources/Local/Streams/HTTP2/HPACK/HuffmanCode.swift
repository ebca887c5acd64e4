/// HPACK's Huffman code, RFC 7541 appendix B. The code is canonical: the symbols in order of length and then of value take
/// the numbers in turn, so that the lengths say all of it.
enum HuffmanCode {
    /// The end-of-string symbol.
    private static let end = 256

    /// Bits of each symbol's code. Source: RFC 7541 appendix B, read 2026-11.
    private static let lengths: [UInt8] = [
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28,
        28, 28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15,
        6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28, 20, 22,
        20,
        20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23,
        24, 22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22,
        22, 23, 22, 22, 23, 26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27,
        24, 21, 21, 26, 26, 28, 27, 27, 27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26,
        26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, 30,
    ]

    /// What four more bits lead to: no code is shorter than five, so they complete at most one symbol.
    private struct Step {
        var next: UInt8 = 0
        var symbol: UInt8 = 0
        var completes = false
        var fails = false
    }

    /// The code as a binary tree. 257 leaves make 256 inner nodes, the root first; a leaf is told from a node by its sign.
    private struct Tree {
        var children: [[Int]] = [[0, 0]]

        init() {
            var code = 0
            var length: UInt8 = 0
            for symbol in lengths.indices.sorted(by: { (lengths[$0], $0) < (lengths[$1], $1) }) {
                code <<= Int(lengths[symbol] - length)
                length = lengths[symbol]
                add(symbol, code, Int(length))
                code += 1
            }
        }

        private mutating func add(_ symbol: Int, _ code: Int, _ length: Int) {
            var node = 0
            for position in (1..<length).reversed() {
                let bit = code >> position & 1
                if children[node][bit] == 0 {
                    children.append([0, 0])
                    children[node][bit] = children.count - 1
                }
                node = children[node][bit]
            }
            children[node][code & 1] = -1 - symbol
        }
    }

    private static let tree = Tree()

    private static let steps: [Step] = (0..<256 << 4).map { index in
        var step = Step()
        var node = index >> 4
        for shift in (0..<4).reversed() {
            let child = tree.children[node][index >> shift & 1]
            if child >= 0 {
                node = child
            } else if child == -1 - end {
                step.fails = true
                return step
            } else {
                step.symbol = UInt8(-1 - child)
                step.completes = true
                node = 0
            }
        }
        step.next = UInt8(node)
        return step
    }

    /// Where a string may end: at most seven bits were read since the last symbol, all ones (RFC 7541 §5.2).
    private static let mayEnd: [Bool] = {
        var result = [Bool](repeating: false, count: 256)
        var node = 0
        for _ in 0...7 {
            result[node] = true
            node = tree.children[node][1]
        }
        return result
    }()

    /// Appends the decoded bytes; false when they are no code, or do not end as they must.
    static func decode(_ coded: UnsafeRawBufferPointer, appendingTo bytes: inout [UInt8]) -> Bool {
        steps.withUnsafeBufferPointer { steps in
            var place = 0
            for byte in coded {
                let first = steps[place << 4 | Int(byte >> 4)]
                let second = steps[Int(first.next) << 4 | Int(byte & 15)]
                if first.fails || second.fails { return false }
                if first.completes { bytes.append(first.symbol) }
                if second.completes { bytes.append(second.symbol) }
                place = Int(second.next)
            }
            return mayEnd[place]
        }
    }
}
