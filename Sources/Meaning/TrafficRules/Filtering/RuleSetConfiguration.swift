package import Stacks

/// What libmodsecurity is told: Terrace's own base configuration around the files of OWASP's core rule set. Debian ships no base
/// configuration for version 3 of the library.
package struct RuleSetConfiguration: Sendable, Equatable {
    package var rules: [Firewall.RuleGroup]

    package init(_ firewall: Firewall) { rules = Firewall.RuleGroup.allCases.filter(firewall.rules.contains) }

    /// The core rule set's files, by the number in their names, that stand for a group of AWS's managed rules:
    ///
    /// | group | on aws | files here |
    /// |---|---|---|
    /// | `common` | AWSManagedRulesCommonRuleSet | 911 methods, 913 scanners, 920–922 protocol, 930 local files, 931 remote files, 941 scripts, 943 sessions |
    /// | `bad-inputs` | AWSManagedRulesKnownBadInputsRuleSet | 932 commands, 933 PHP, 934 Node.js, 944 Java and Log4j |
    /// | `sql-injection` | AWSManagedRulesSQLiRuleSet | 942 |
    /// | `ip-reputation` | AWSManagedRulesAmazonIpReputationList | none: the list is Amazon's own; `deny` takes yours |
    ///
    /// Source: AWS WAF developer guide, baseline, use-case and IP reputation rule groups, read 2026-11.
    package static func files(of group: Firewall.RuleGroup) -> [Int] {
        switch group {
        case .common: [911, 913, 920, 921, 922, 930, 931, 941, 943]
        case .badInputs: [932, 933, 934, 944]
        case .sqlInjection: [942]
        case .ipReputation: []
        }
    }

    /// In the order of loading: 901 prepares, 949 adds up. Empty when no group has rules here.
    package var files: [Int] {
        let chosen = rules.flatMap(Self.files).sorted()
        return chosen.isEmpty ? [] : [901] + chosen + [949]
    }

    /// The file for `mapping`'s text must exist when this is loaded.
    package static let mapping = UnicodeLookalikes.mapping

    /// Before the files. The engine's own decision is always to refuse; `mode: count` is Terrace's, so that both modes
    /// find the same.
    package func before(mappingFile: String) -> String {
        """
        SecRuleEngine On
        SecRequestBodyAccess On
        SecRequestBodyLimit \(Firewall.inspectedBody.bytes * 2)
        SecRequestBodyNoFilesLimit \(Firewall.inspectedBody.bytes * 2)
        SecRequestBodyLimitAction ProcessPartial
        SecRequestBodyJsonDepthLimit \(Self.jsonDepth)
        SecArgumentsLimit \(Self.mostArguments)
        SecPcreMatchLimit \(Self.matchLimit)
        SecPcreMatchLimitRecursion \(Self.matchLimit)
        SecResponseBodyAccess Off
        SecAuditEngine Off
        SecDebugLogLevel 0
        SecArgumentSeparator &
        SecCookieFormat 0
        SecStatusEngine Off
        SecUnicodeMapFile \(mappingFile) \(UnicodeLookalikes.codePage)
        SecDefaultAction "phase:1,log,noauditlog,pass"
        SecDefaultAction "phase:2,log,noauditlog,pass"
        \(parsers)
        \(lookups)
        \(setup)
        """
    }

    /// The core rule set of Debian 12 (3.3.4) has no rule for Log4j's lookups in fields; AWS's group has (Log4JRCE_HEADER).
    /// `${jndi`, or one lookup inside of another, which nobody writes but to hide the word.
    private var lookups: String {
        guard rules.contains(.badInputs) else { return "" }
        return #"""
            SecRule REQUEST_LINE|ARGS|ARGS_NAMES|REQUEST_HEADERS|XML:/* "@rx \$\{\s*(?:jndi\b|[^}]{0,32}\$\{)" \
            "id:1100,phase:2,t:none,t:urlDecodeUni,t:lowercase,deny,status:403,log,msg:'Lookup of Log4j'"
            """#
    }

    /// After the files. 901321 opens collections by client address, which would make a verdict depend on the past; 920420
    /// refuses every content type but a few, and applications take CBOR, protobuf and plain bytes.
    package var after: String {
        """
        SecRule TX:/^MSC_/ "!@streq 0" \
        "id:1007,phase:2,t:none,deny,status:403,log,msg:'A rule could not be evaluated to its end'"
        SecRuleRemoveById 901321 920420

        """
    }

    /// Deeper JSON is refused as broken.
    static let jsonDepth = 128
    /// More parameters are refused: those beyond it would not be inspected.
    static let mostArguments = 1000
    /// Steps of one regular expression on one value, so that no input makes it run for seconds. The library takes the limit from version
    /// 3.0.10 on and tells of it (rule 1007); before, PCRE2's own of 10,000,000 holds, about 0.1 s, and the rule counts as not matched.
    static let matchLimit = 500_000

    private var parsers: String {
        """
        SecRule REQUEST_HEADERS:Content-Type "@rx ^(?:application|text)/(?:[a-z0-9.+-]+\\+)?xml" \
        "id:1000,phase:1,t:none,t:lowercase,pass,nolog,ctl:requestBodyProcessor=XML"
        SecRule REQUEST_HEADERS:Content-Type "@rx ^(?:application|text)/(?:[a-z0-9.+-]+\\+)?json" \
        "id:1001,phase:1,t:none,t:lowercase,pass,nolog,ctl:requestBodyProcessor=JSON"
        SecRule &ARGS "@ge \(Self.mostArguments)" \
        "id:1002,phase:2,t:none,deny,status:403,log,msg:'More parameters than are inspected'"
        SecRule REQBODY_PROCESSOR "@streq MULTIPART" \
        "id:1008,phase:2,t:none,deny,status:403,log,msg:'The multipart body cannot be told apart',chain"
        SecRule REQBODY_ERROR "!@eq 0" "t:none"
        SecRule REQBODY_ERROR_MSG "@contains depth limit" \
        "id:1009,phase:2,t:none,deny,status:403,log,msg:'The JSON is nested too deeply'"
        SecRule REQUEST_HEADERS:\(Self.cutMark) "@streq 1" \
        "id:1003,phase:2,t:none,pass,nolog,skipAfter:END_WHOLE_BODY"
        SecRule REQBODY_ERROR "!@eq 0" \
        "id:1004,phase:2,t:none,deny,status:403,log,msg:'The body is not what its content type says'"
        SecRule MULTIPART_STRICT_ERROR "!@eq 0" \
        "id:1005,phase:2,t:none,deny,status:403,log,msg:'The multipart body is not well-formed'"
        SecMarker END_WHOLE_BODY
        SecRule MULTIPART_UNMATCHED_BOUNDARY "@eq 1" \
        "id:1006,phase:2,t:none,deny,status:403,log,msg:'The multipart body has a boundary that it did not announce'"
        """
    }

    /// A field that Terrace sets on a body that was cut at `Firewall.inspectedBody`, and removes from what clients send.
    package static let cutMark = "x-terrace-body-is-cut"

    /// What crs-setup.conf would say. Methods and fields that ordinary applications use are allowed, as AWS's groups do.
    private var setup: String {
        """
        SecAction "id:900990,phase:1,nolog,pass,t:none,\
        setvar:tx.crs_setup_version=334,\
        setvar:tx.paranoia_level=1,\
        setvar:tx.inbound_anomaly_score_threshold=5,\
        setvar:'tx.allowed_methods=GET HEAD POST OPTIONS PUT PATCH DELETE',\
        setvar:'tx.restricted_headers=/proxy/ /lock-token/ /content-encoding/ /if/'"
        """
    }
}
