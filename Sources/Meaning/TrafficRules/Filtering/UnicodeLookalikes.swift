/// Which characters beyond ASCII a database or a browser may read as an ASCII one, so that the rules see through them:
/// `＜script＞`, `ʼ OR 1=1`. From Unicode's compatibility decompositions (NFKD without marks, Unicode 15), and the quotes,
/// brackets, strokes and slashes that "best fit" tables of code pages add.
enum UnicodeLookalikes {
    /// libmodsecurity's file: the code page's number, then `code:ascii` in hexadecimal.
    static var mapping: String {
        let pairs = table.split { $0 == " " || $0 == "\n" }.flatMap { entry -> [String] in
            let parts = entry.split { $0 == "-" || $0 == ":" }.compactMap { Int($0, radix: 16) }
            guard let first = parts.first, let ascii = parts.last else { return [] }
            let last = parts.count == 3 ? parts[1] : first
            return (first...last).map { "\(hexadecimal($0, 4)):\(hexadecimal(ascii + $0 - first, 2))" }
        }
        return "\(codePage) (US-ASCII)\n\(pairs.joined(separator: " "))\n"
    }

    static let codePage = 20_127

    private static func hexadecimal(_ number: Int, _ width: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: width - digits.count) + digits
    }

    /// A code and what it looks like, or a run of codes and what the first of them looks like.
    private static let table = """
        00a0:20 00a8:20 00aa:61 00ab:3c 00ad:2d 00af:20 00b2-00b3:32 00b4:20 00b8:20 00b9:31 00ba:6f 00bb:3e 00c0:41
        00c1:41 00c2:41 00c3:41 00c4:41 00c5:41 00c7:43 00c8:45 00c9:45 00ca:45 00cb:45 00cc:49 00cd:49 00ce:49
        00cf:49 00d1-00d2:4e 00d3:4f 00d4:4f 00d5:4f 00d6:4f 00d9:55 00da:55 00db:55 00dc:55 00dd:59 00e0:61 00e1:61
        00e2:61 00e3:61 00e4:61 00e5:61 00e7:63 00e8:65 00e9:65 00ea:65 00eb:65 00ec:69 00ed:69 00ee:69 00ef:69
        00f1-00f2:6e 00f3:6f 00f4:6f 00f5:6f 00f6:6f 00f9:75 00fa:75 00fb:75 00fc:75 00fd:79 00ff:79 0100:41 0101:61
        0102:41 0103:61 0104:41 0105:61 0106:43 0107:63 0108:43 0109:63 010a:43 010b:63 010c:43 010d:63 010e:44
        010f:64 0112:45 0113:65 0114:45 0115:65 0116:45 0117:65 0118:45 0119:65 011a:45 011b:65 011c:47 011d:67
        011e:47 011f:67 0120:47 0121:67 0122:47 0123:67 0124:48 0125:68 0128:49 0129:69 012a:49 012b:69 012c:49
        012d:69 012e:49 012f:69 0130:49 0134:4a 0135:6a 0136:4b 0137:6b 0139:4c 013a:6c 013b:4c 013c:6c 013d:4c
        013e:6c 0143:4e 0144:6e 0145:4e 0146:6e 0147:4e 0148:6e 014c:4f 014d:6f 014e:4f 014f:6f 0150:4f 0151:6f
        0154:52 0155:72 0156:52 0157:72 0158:52 0159:72 015a:53 015b:73 015c:53 015d:73 015e:53 015f:73 0160:53
        0161:73 0162:54 0163:74 0164:54 0165:74 0168:55 0169:75 016a:55 016b:75 016c:55 016d:75 016e:55 016f:75
        0170:55 0171:75 0172:55 0173:75 0174:57 0175:77 0176:59 0177:79 0178-0179:59 017a:7a 017b:5a 017c:7a 017d:5a
        017e:7a 017f:73 01a0:4f 01a1:6f 01af:55 01b0:75 01cd:41 01ce:61 01cf:49 01d0:69 01d1:4f 01d2:6f 01d3:55
        01d4:75 01d5:55 01d6:75 01d7:55 01d8:75 01d9:55 01da:75 01db:55 01dc:75 01de:41 01df:61 01e0:41 01e1:61
        01e6:47 01e7:67 01e8:4b 01e9:6b 01ea:4f 01eb:6f 01ec:4f 01ed:6f 01f0:6a 01f4:47 01f5:67 01f8:4e 01f9:6e
        01fa:41 01fb:61 0200:41 0201:61 0202:41 0203:61 0204:45 0205:65 0206:45 0207:65 0208:49 0209:69 020a:49
        020b:69 020c:4f 020d:6f 020e:4f 020f:6f 0210:52 0211:72 0212:52 0213:72 0214:55 0215:75 0216:55 0217:75
        0218:53 0219:73 021a:54 021b:74 021e:48 021f:68 0226:41 0227:61 0228:45 0229:65 022a:4f 022b:6f 022c:4f
        022d:6f 022e:4f 022f:6f 0230:4f 0231:6f 0232:59 0233:79 02b0:68 02b2:6a 02b3:72 02b7:77 02b8:79 02b9:27
        02ba:22 02bc:27 02c6:5e 02c8:27 02cb:60 02d8:20 02d9:20 02da:20 02db:20 02dc:20 02dd:20 02e1:6c 02e2:73
        02e3:78 037a:20 037e:3b 0384:20 0385:20 1d2c:41 1d2e:42 1d30-1d31:44 1d33-1d3a:47 1d3c:4f 1d3e:50 1d3f:52
        1d40-1d41:54 1d42:57 1d43:61 1d47:62 1d48-1d49:64 1d4d:67 1d4f:6b 1d50:6d 1d52:6f 1d56:70 1d57-1d58:74 1d5b:76
        1d62:69 1d63:72 1d64-1d65:75 1d9c:63 1da0:66 1dbb:7a 1e00:41 1e01:61 1e02:42 1e03:62 1e04:42 1e05:62 1e06:42
        1e07:62 1e08:43 1e09:63 1e0a:44 1e0b:64 1e0c:44 1e0d:64 1e0e:44 1e0f:64 1e10:44 1e11:64 1e12:44 1e13:64
        1e14:45 1e15:65 1e16:45 1e17:65 1e18:45 1e19:65 1e1a:45 1e1b:65 1e1c:45 1e1d:65 1e1e:46 1e1f:66 1e20:47
        1e21:67 1e22:48 1e23:68 1e24:48 1e25:68 1e26:48 1e27:68 1e28:48 1e29:68 1e2a:48 1e2b:68 1e2c:49 1e2d:69
        1e2e:49 1e2f:69 1e30:4b 1e31:6b 1e32:4b 1e33:6b 1e34:4b 1e35:6b 1e36:4c 1e37:6c 1e38:4c 1e39:6c 1e3a:4c
        1e3b:6c 1e3c:4c 1e3d:6c 1e3e:4d 1e3f:6d 1e40:4d 1e41:6d 1e42:4d 1e43:6d 1e44:4e 1e45:6e 1e46:4e 1e47:6e
        1e48:4e 1e49:6e 1e4a:4e 1e4b:6e 1e4c:4f 1e4d:6f 1e4e:4f 1e4f:6f 1e50:4f 1e51:6f 1e52:4f 1e53:6f 1e54:50
        1e55:70 1e56:50 1e57:70 1e58:52 1e59:72 1e5a:52 1e5b:72 1e5c:52 1e5d:72 1e5e:52 1e5f:72 1e60:53 1e61:73
        1e62:53 1e63:73 1e64:53 1e65:73 1e66:53 1e67:73 1e68:53 1e69:73 1e6a:54 1e6b:74 1e6c:54 1e6d:74 1e6e:54
        1e6f:74 1e70:54 1e71:74 1e72:55 1e73:75 1e74:55 1e75:75 1e76:55 1e77:75 1e78:55 1e79:75 1e7a:55 1e7b:75
        1e7c:56 1e7d:76 1e7e:56 1e7f:76 1e80:57 1e81:77 1e82:57 1e83:77 1e84:57 1e85:77 1e86:57 1e87:77 1e88:57
        1e89:77 1e8a:58 1e8b:78 1e8c:58 1e8d:78 1e8e:59 1e8f:79 1e90:5a 1e91:7a 1e92:5a 1e93:7a 1e94:5a 1e95:7a
        1e96:68 1e97:74 1e98:77 1e99:79 1e9b:73 1ea0:41 1ea1:61 1ea2:41 1ea3:61 1ea4:41 1ea5:61 1ea6:41 1ea7:61
        1ea8:41 1ea9:61 1eaa:41 1eab:61 1eac:41 1ead:61 1eae:41 1eaf:61 1eb0:41 1eb1:61 1eb2:41 1eb3:61 1eb4:41
        1eb5:61 1eb6:41 1eb7:61 1eb8:45 1eb9:65 1eba:45 1ebb:65 1ebc:45 1ebd:65 1ebe:45 1ebf:65 1ec0:45 1ec1:65
        1ec2:45 1ec3:65 1ec4:45 1ec5:65 1ec6:45 1ec7:65 1ec8:49 1ec9:69 1eca:49 1ecb:69 1ecc:4f 1ecd:6f 1ece:4f
        1ecf:6f 1ed0:4f 1ed1:6f 1ed2:4f 1ed3:6f 1ed4:4f 1ed5:6f 1ed6:4f 1ed7:6f 1ed8:4f 1ed9:6f 1eda:4f 1edb:6f
        1edc:4f 1edd:6f 1ede:4f 1edf:6f 1ee0:4f 1ee1:6f 1ee2:4f 1ee3:6f 1ee4:55 1ee5:75 1ee6:55 1ee7:75 1ee8:55
        1ee9:75 1eea:55 1eeb:75 1eec:55 1eed:75 1eee:55 1eef:75 1ef0:55 1ef1:75 1ef2:59 1ef3:79 1ef4:59 1ef5:79
        1ef6:59 1ef7:79 1ef8:59 1ef9:79 1fbd:20 1fbf:20 1fc0:20 1fc1:20 1fcd:20 1fce:20 1fcf:20 1fdd:20 1fde:20
        1fdf:20 1fed:20 1fee:20 1fef:60 1ffd:20 1ffe:20 2000:20 2001:20 2002:20 2003:20 2004:20 2005:20 2006:20
        2007:20 2008:20 2009:20 200a:20 2010:2d 2011:2d 2012:2d 2013:2d 2014:2d 2017:20 2018:27 2019:27 201a:27
        201b:27 201c:22 201d:22 201e:22 2024:2e 202f:20 2032:27 2033:22 2035:60 2039:3c 203a:3e 203e:20 2044:2f
        205f:20 2070:30 2071:69 2074-2079:34 207a:2b 207c:3d 207d-207e:28 207f:6e 2080-2089:30 208a:2b 208c:3d
        208d-208e:28 2090:61 2091:65 2092:6f 2093:78 2095:68 2096-2099:6b 209a:70 209b-209c:73 2102:43 210a:67 210b:48
        210c:48 210d:48 210e:68 2110:49 2111:49 2112:4c 2113:6c 2115:4e 2119-211b:50 211c:52 211d:52 2124:5a 2128:5a
        212a:4b 212b-212d:41 212f:65 2130-2131:45 2133:4d 2134:6f 2139:69 2145:44 2146-2147:64 2148-2149:69 2160:49
        2164:56 2169:58 216c:4c 216d-216e:43 216f:4d 2170:69 2174:76 2179:78 217c:6c 217d-217e:63 217f:6d 2212:2d
        2215:2f 2216:5c 2217:2a 2223:7c 2236:3a 223c:7e 2260:3d 226e:3c 226f:3e 2329:3c 232a:3e 2460-2468:31
        24b6-24cf:41 24d0-24e9:61 24ea:30 2c7c:6a 2c7d:56 3000:20 3008:3c 3009:3e 309b:20 309c:20 a7f2:43 a7f3:46
        a7f4:51 fb29:2b fc5e:20 fc5f:20 fc60:20 fc61:20 fc62:20 fc63:20 fe10:2c fe13-fe14:3a fe15:21 fe16:3f fe33:5f
        fe34:5f fe35-fe36:28 fe37:7b fe38:7d fe47:5b fe48:5d fe49:20 fe4a:20 fe4b:20 fe4c:20 fe4d:5f fe4e:5f fe4f:5f
        fe50:2c fe52:2e fe54:3b fe55:3a fe56:3f fe57:21 fe59-fe5a:28 fe5b:7b fe5c:7d fe5f:23 fe60:26 fe61-fe62:2a
        fe63:2d fe64:3c fe65:3e fe66:3d fe68:5c fe69-fe6a:24 fe6b:40 fe70:20 fe72:20 fe74:20 fe76:20 fe78:20 fe7a:20
        fe7c:20 fe7e:20 ff01-ff5e:21 ffe3:20
        """
}
