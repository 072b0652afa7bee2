import ArgumentParser
import Foundation
import ReleaseModel

/// Which database: one that a URL names, or the private one of a data folder.
struct DatabaseOptions: ParsableArguments, Sendable {
    @Option(
        name: .customLong("database-url"),
        help: ArgumentHelp(
            "PostgreSQL to use, without a password in it; otherwise TIDEGATE_DATABASE_URL, otherwise a private one.", valueName: "url"))
    var databaseURL: String?

    @Option(help: ArgumentHelp("Data folder; by default ~/.local/share/tidegate (root: /var/lib/tidegate).", valueName: "folder"))
    var data: String?

    init() {}

    /// - Throws: `invalidInput` for a password on the command line, which every user of the machine could read.
    func serveOptions(_ environment: [String: String]) throws(ReleaseError) -> ServeOptions {
        var options = ServeOptions(data: data.map { DataFolder($0) } ?? .standard(environment))
        if let databaseURL {
            try Self.requireNoPassword(in: databaseURL)
            options.databaseURL = databaseURL
        } else if data == nil, let url = environment["TIDEGATE_DATABASE_URL"], !url.isEmpty {
            options.databaseURL = url
        }
        return options
    }

    /// - Throws: `invalidInput` for an address with a password in it.
    static func requireNoPassword(in address: String) throws(ReleaseError) {
        guard holdsPassword(address) else { return }
        throw ReleaseError(
            .invalidInput, "a password on the command line can be read by every user of this machine", place: "--database-url",
            advice: "put the address into TIDEGATE_DATABASE_URL, or the password into ~/.pgpass")
    }

    /// True for `scheme://user:password@host` and for `password=...`.
    static func holdsPassword(_ address: String) -> Bool {
        if address.contains("password=") { return true }
        guard let scheme = address.range(of: "://"), let at = address[scheme.upperBound...].lastIndex(of: "@") else { return false }
        return address[scheme.upperBound..<at].contains(":")
    }
}
