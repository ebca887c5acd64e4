import AWSServices
package import AWSWire
package import Stacks

extension AWSConnection {
    /// Finds the region, the endpoints and the credentials as `AWSAccess` does, then asks who we are.
    ///
    /// - Parameter world: its transport must live as long as the connection.
    /// - Parameter region: of the flag; nil when there was none. So is `profile`.
    /// - Throws: `Report`: a wrong setting, every place that had no credentials, or what AWS refused.
    package static func open(
        _ world: CredentialWorld, region: String?, profile: String?, manifestRegion: String
    ) async throws -> AWSConnection {
        do {
            let access = try AWSAccess(
                world: world, region: region, profile: profile, manifestRegion: manifestRegion)
            return try await AWSConnection(
                settings: access.settings, credentials: access.credentials, transport: world.transport,
                surroundings: .real)
        } catch let fault as CredentialFault {
            throw fault.report(trying: "sign in to AWS")
        } catch let error as AWSError {
            throw Refusal(error).report(trying: "sign in to AWS")
        }
    }

    /// The region in which a connection would be. Reads the shared files and asks nobody.
    ///
    /// - Throws: `Report`: a wrong setting.
    package static func region(
        _ environment: [String: String], region: String?, profile: String?, manifestRegion: String,
        files: FileAccess = .disk
    ) throws(Report) -> String {
        do throws(CredentialFault) {
            let shared = try SharedFiles(environment: environment).load(files)
            let name = SharedConfiguration.namedProfile(flag: profile, environment: environment) ?? "default"
            return try RegionChoice(
                flag: region, environment: environment, profile: (name, shared.profile(name)), manifest: manifestRegion
            ).region
        } catch {
            throw error.report(trying: "choose a region")
        }
    }
}
