/// The frame of every page.
struct Layout: Sendable {
    /// Address of an asset by its file's name, with its version in it.
    var assetPath: @Sendable (String) -> String
    var place: ServedBy

    func page(_ content: HTML, answeredBy: ConnectionPool.Role? = nil) -> HTML {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>Guestbook</title>
        <link rel="stylesheet" href="\(assetPath("style.css"))">
        <link rel="icon" type="image/svg+xml" href="\(assetPath("logo.svg"))">
        </head>
        <body>
        <header>
        <a class="brand" href="/"><img src="\(assetPath("logo.svg"))" alt="" width="40" height="40"><span>Guestbook</span></a>
        <p>Leave a line. Everyone who comes after you will find it here.</p>
        </header>
        <main>
        \(content)
        </main>
        <footer>\(provenance(answeredBy))</footer>
        </body>
        </html>

        """
    }

    /// Makes the tiers visible: which task answered, and which database server it asked.
    private func provenance(_ role: ConnectionPool.Role?) -> HTML {
        var facts: [HTML] = []
        if let task = place.task { facts.append("<span>task <b>\(task)</b></span>") }
        if let zone = place.zone { facts.append("<span>zone <b>\(zone)</b></span>") }
        switch role {
        case .reader: facts.append("<span>read from the <b class=\"reader\">reader</b></span>")
        case .writer: facts.append("<span>read from the <b class=\"writer\">writer</b></span>")
        case nil: break
        }
        return "\(facts)"
    }
}
