import ArgumentParser
import LocalTarget
import Stacks

struct Deploy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring in a new version of a service without dropping a request.",
        discussion: """
            A new build of what `command:` runs, or other settings in the manifest, are a
            new release. Its `release:` command runs once; when that fails, nothing is
            changed. Then tasks of the new release come up, and old ones leave when they
            are not needed any more, within `deploy: { minimum-healthy, maximum }`.

            A release of which so many tasks fail (`deploy: { failures }`; half of the
            tasks, at least 3, by default) is given up: the old release goes on, and what
            the task wrote last is shown. With `deploy: { canary: { share, bake } }` a
            share of the requests tries the new release first; when more of them fail than
            at the old one, or they take much longer, it is given up, too.

            Routes, counts and the rest of the manifest are for `terrace up`.
            Ctrl-C ends the watching, not the deployment, which says so; the exit code is
            130 then.

            On aws: the image that was pushed last, by its digest, and what else of the
            manifest is in a task definition, after its `release:` command; ECS rolls it
            out, as a canary first where the manifest has one, and gives a bad one up.

            --image names another one: an image of a registry, or a path to an OCI image
            layout or to what `docker save` writes, which is sent to the service's
            repository without a container engine. A path begins with . or /, or ends with
            .tar. What the repository has already is not sent again. --build has an engine
            build the folder that `image:` names, and sends what it built.

            Examples:
              terrace deploy
              terrace deploy web
              terrace deploy web --environment staging
              terrace deploy web --on aws
              terrace deploy web --image ./web.tar --on aws
              terrace deploy web --image registry.example.com/shop/web:1.2 --on aws
              terrace deploy web --build --on aws
            """)

    @Argument(help: "Which service. (default: all)")
    var service: String?

    @Option(
        help: ArgumentHelp("On aws: run this image: a registry's, or a path.", valueName: "image"),
        completion: .file(extensions: ["tar"]))
    var image: String?

    @Flag(help: "On aws: build the image from the folder that the manifest names.")
    var build = false

    @OptionGroup var manifest: ManifestOption

    func validate() throws {
        if image != nil, build {
            throw ValidationError("--image names an image and --build makes one; say one of them.")
        }
    }

    func run() async throws {
        guard manifest.stack.on == .local else {
            let place = try manifest.place()
            return try await CloudDeploy(
                request: manifest.stack.request(try place.checked().stack), service: service,
                image: image.map(ImageOrder.named) ?? (build ? .build(place.folder) : nil))()
        }
        try refuseImages()
        let place = try manifest.localPlace()
        let (_, sources) = try place.checked()
        let running = try await RunningStack.required(place)
        let surroundings = Surroundings.current
        let text = ManifestText(sources, environment: place.environment)
        let deployed = try await WatchedChange.watch(
            "the deployment goes on; `terrace status` shows it, `terrace rollback` takes it back"
        ) { [service] sent in
            try await running.client.deploy(text, service: service, sent: sent) {
                surroundings.say("  \($0.printable)")
            }
        }
        for each in deployed { surroundings.say(DeployedView.text(each)) }
    }
}

extension Deploy {
    /// On this machine `command:` runs, and whoever builds what it runs knows how.
    private func refuseImages() throws(Report) {
        guard image != nil || build else { return }
        throw Report(
            build
                ? "the manifest has no command that builds \(service ?? "the services") on this machine"
                : "images run on aws; on this machine a service is what its `command:` starts",
            state: "nothing was changed",
            next: build
                ? "build it as you always do, then `terrace deploy`: it takes the program that `command:` names"
                : "`terrace deploy` without --image, or --on aws")
    }
}

/// What a deployment or a rollback came to, one line for each service.
enum DeployedView {
    static func text(_ each: DeployedRelease) -> String {
        guard let now = each.now else { return "\(each.service) runs nothing" }
        guard let before = each.before else { return "\(each.service) runs release \(now)" }
        return before == now
            ? "\(each.service) runs release \(now) as before: nothing was to be done"
            : "\(each.service) runs release \(now), before it was \(before)"
    }
}
