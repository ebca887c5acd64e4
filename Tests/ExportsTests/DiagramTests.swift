import Foundation
import Resources
import SampleStacks
import Stacks
import TestKit
import Testing

@testable import Exports

@Suite struct DiagramTests {
    @Test(arguments: [SampleStack.standard, .everything]) func drawingLooksAsReviewed(_ sample: SampleStack) {
        expectGolden(DiagramExport(sample.stack).svg, "diagram-\(sample.rawValue).svg")
    }

    /// The README shows what the program draws.
    @Test func drawingInTheDocumentationIsToday() throws {
        let file = checkout.appending(path: "docs/aws.svg")
        let svg = DiagramExport(SampleStack.standard.stack).svg
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" { try Data(svg.utf8).write(to: file) }
        #expect(try String(contentsOf: file, encoding: .utf8) == svg)
    }

    @Test(arguments: [SampleStack.standard, .everything, .workers]) func chartReadsAsReviewed(_ sample: SampleStack) {
        expectGolden(MermaidExport(sample.stack).text, "mermaid-\(sample.rawValue).mmd")
    }

    /// Whatever the SVG shows by name stands in the chart, too.
    @Test(arguments: SampleStack.allCases) func chartNamesWhatTheDrawingShows(_ sample: SampleStack) {
        let chart = MermaidExport(sample.stack).text
        for resource in StackResources.graph(of: sample.stack).resources {
            let word = resource.address.lastWord
            switch resource.settings {
            case .subnet(let subnet): #expect(chart.contains(subnet.cidr))
            case .ecsService: #expect(chart.contains("service-\(word)[\"\(word)<br/>"))
            case .databaseInstance: #expect(chart.contains("<br/>\(word), "))
            case .stateMachine: #expect(chart.contains("job-\(word)[[\"\(word)<br/>a task of "))
            case .endpoint: #expect(chart.contains(word == "s3" ? "tasks -.->|443| s3" : word))
            case .repository, .logGroup: #expect(chart.contains(word))
            case .webACL(let list): #expect(list.rules.isEmpty || chart.contains("<br/>AWS WAF: "))
            default: break
            }
        }
        for section in DiagramExport(sample.stack).picture.sections {
            #expect(chart.contains("[\"\(section.title)<br/>"))
        }
    }

    @Test func chartSaysWhatNeedsNoMarksOfMermaids() {
        #expect(MermaidExport.escaped("<a> & \"b\" #c `d`") == "#lt;a#gt; #amp; #quot;b#quot; #35;c #96;d#96;")
    }

    /// Between the rows: in the public subnets they would lie across the NAT gateway of the first zone.
    @Test func thePortsOfServicesCoverNothing() throws {
        let layout = DiagramLayout(DiagramExport(SampleStack.domain.stack).picture)
        let (above, below) = (try #require(layout.rows[.edge]), try #require(layout.rows[.application]))
        #expect(layout.picture.balancer?.isPublic == true)
        #expect(layout.portsMiddle - 10 > above.bottom && layout.portsMiddle + 10 < below.y)
    }

    /// What a reader of the drawing looks for is in it, whatever the stack.
    @Test(arguments: SampleStack.allCases) func everySubnetServiceAndServerIsDrawn(_ sample: SampleStack) {
        let svg = DiagramExport(sample.stack).svg
        let texts = Set(svg.matches(of: />([^<>]+)</).map { String($0.1) })
        for resource in StackResources.graph(of: sample.stack).resources {
            switch resource.settings {
            case .subnet(let subnet): #expect(texts.contains(subnet.cidr))
            case .ecsService: #expect(texts.contains(resource.address.lastWord))
            case .databaseInstance: #expect(texts.contains { $0.hasPrefix("\(resource.address.lastWord), ") })
            case .securityGroup: #expect(texts.contains(resource.address.lastWord))
            default: break
            }
        }
    }

    @Test(arguments: SampleStack.allCases) func drawingIsWellFormedXML(_ sample: SampleStack) async throws {
        let svg = DiagramExport(sample.stack).svg
        let program = "import sys, xml.dom.minidom; xml.dom.minidom.parseString(sys.stdin.buffer.read())"
        let result = try await runTool(["python3", "-c", program], input: Data(svg.utf8))
        #expect(result.exitCode == 0, "\(result.errors)")
    }

    /// Nothing leaves the sheet, and a bar ends within its network.
    @Test(arguments: SampleStack.allCases) func everythingStandsOnTheSheet(_ sample: SampleStack) {
        let layout = DiagramLayout(DiagramExport(sample.stack).picture)
        for box in [layout.network, layout.side, layout.span(layout.servicesTop, layout.servicesHeight)] {
            #expect(box.x >= 0 && box.right <= layout.width && box.y >= 0 && box.bottom <= layout.height)
        }
        for tier in Tier.allCases {
            for zone in 0..<sample.stack.zones {
                let cell = layout.cell(tier, zone)
                #expect(cell.right <= layout.network.right && cell.bottom <= layout.network.bottom)
            }
        }
        let tasks = layout.cell(.application, 0)
        #expect(layout.servicesTop + layout.servicesHeight <= tasks.bottom)
    }

    /// As many services and servers as a manifest may have.
    @Test func aCrowdedStackIsReadToo() throws {
        var stack = SampleStack.domain.stack
        stack.services = (10..<60).map {
            Service(name: "service-with-a-long-name-\($0)", image: ".", port: 3000 + $0)
        }
        stack.database = Database(readers: 15)
        stack.jobs = []
        let export = DiagramExport(stack)
        let texts = export.svg.matches(of: />([^<>]+)</).map { String($0.1) }
        for server in 1...16 { #expect(texts.contains("db-\(server), \(server == 1 ? "writer" : "reader")")) }
        for service in stack.services { #expect(texts.filter { $0 == service.name }.count >= 2, "\(service.name)") }
        #expect(texts.contains("50 ports, 3010 to 3059"))
        let layout = DiagramLayout(export.picture)
        let cluster = try #require(layout.picture.cluster)
        let row = try #require(layout.rows[.data])
        #expect(30 + DiagramLayout.height(of: cluster) < row.height)
    }

    /// Names as long as the manifest takes them, a domain and addresses longer than any line: nothing is cut.
    @Test(arguments: [2, 3]) func longNamesAreReadWhole(zones: Int) throws {
        var stack = SampleStack.everything.stack
        stack.zones = zones
        let name = "customer-notification-gateway-2"
        let secret = "PAYMENT_PROVIDER_WEBHOOK_SIGNING_KEY_OF_THE_STAGING_ACCOUNT"
        stack.services = [
            Service(
                name: name, image: ".", cpu: 2048, memory: .gibibytes(8), tasks: 7...40, spot: 60, secrets: [secret])
        ]
        stack.edge.domain = "international-guestbook.staging.customers.example-corporation.example.com"
        stack.edge.cache = ["/static/*", "/assets/images/*", "/downloads/software/*"].map {
            CacheRule(path: RoutePattern(unchecked: $0), ttl: .seconds(60))
        }
        stack.jobs = []
        let receiver = "operations-on-call-rotation@international.example-corporation.example.com"
        stack.alarms.notify = [receiver]
        let export = DiagramExport(stack)
        #expect(!export.svg.contains("…"))
        let texts = export.svg.matches(of: />([^<>\n]+)<\/text>/).map { String($0.1) }
        let all = texts.joined()
        for text in [name, secret, stack.edge.domain ?? "", receiver] { #expect(all.contains(text), "\(text)") }
        #expect(texts.joined(separator: " ").contains("caches /static/*, /assets/images/*, /downloads/software/*"))
        let layout = DiagramLayout(export.picture)
        #expect(layout.edgeBox.bottom < layout.network.y && layout.side.right < layout.width)
        for row in layout.sections.flatMap(\.rows) {
            #expect(SVGCanvas.width(of: row.text, size: 12) <= layout.side.width - 34)
        }
    }

    @Test func jobsStandBesideTheNetwork() {
        let svg = DiagramExport(SampleStack.everything.stack).svg
        let lines = ["report: */15 8-18 * * MON-FRI, Europe/Berlin", "sweep: 0 4 1 * *, Europe/Berlin"]
        for text in ["Scheduled jobs"] + lines { #expect(svg.contains(">\(text)</text>")) }
    }

    @Test func pricesStandInTheHeadWhenTheyAreAskedFor() {
        let prices = DiagramPrices(total: .cents(31_488), groups: [.data: .cents(13_140), .network: .cents(9911)])
        let svg = DiagramExport(SampleStack.standard.stack, prices: prices).svg
        #expect(svg.contains(">$314.88 a month</text>"))
        #expect(svg.contains(">network $99.11, data $131.40</text>"))
        #expect(!DiagramExport(SampleStack.standard.stack).svg.contains("a month"))
        let title = MermaidExport(SampleStack.standard.stack, prices: prices).text.split(separator: "\n")[1]
        #expect(title.hasSuffix(", $314.88 a month: network $99.11, data $131.40\""))
    }

    @Test func textsAreEscapedAndCut() {
        var canvas = SVGCanvas()
        canvas.text("<a> & \"b\"", 0, 0)
        #expect(canvas.elements[0].hasSuffix(">&lt;a&gt; &amp; &quot;b&quot;</text>"))
        #expect(SVGCanvas.cut("a long text without an end", to: 60, size: 12).hasSuffix("…"))
        #expect(SVGCanvas.cut("short", to: 60, size: 12) == "short")
        #expect(SVGCanvas.folded("one, two, three", to: 60, size: 12) == ["one, two,", "three"])
        #expect(SVGCanvas.folded("guestbook-of-the-town", to: 100, size: 12) == ["guestbook-of-", "the-town"])
        #expect(SVGCanvas.folded("wwwwwwwwww", to: 60, size: 12) == ["wwwww", "wwwww"])
        #expect(SVGCanvas.folded("", to: 60, size: 12) == [""])
    }
}
