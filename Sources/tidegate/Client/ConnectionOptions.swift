import ArgumentParser
import Foundation
import HTTPClient
import ReleaseModel

/// Which server to ask, and with which token. Every command that talks to a server has these options.
///
/// There is no option for the token itself: command lines are visible to every user of a machine.
struct ConnectionOptions: ParsableArguments, Sendable {
    static let defaultServer = "http://127.0.0.1:8420"

    @Option(help: ArgumentHelp("Address of the server; otherwise TIDEGATE_SERVER, otherwise \(defaultServer).", valueName: "url"))
    var server: String?

    @Option(
        help: ArgumentHelp(
            "File with the token; otherwise TIDEGATE_TOKEN_FILE, TIDEGATE_TOKEN, or the file 'token' of the data folder.", valueName: "file"
        ))
    var tokenFile: String?

    @Option(
        help: ArgumentHelp(
            "Data folder of `serve`: its server and token; commands that only read open its database where no server runs.",
            valueName: "folder"))
    var data: String?

    init() {}

    /// A client for the server that options and environment name.
    func client(environment: [String: String], http: HTTPClient) throws(ReleaseError) -> APIClient {
        APIClient(baseURL: try serverURL(environment), token: try token(environment), http: http)
    }

    func serverURL(_ environment: [String: String]) throws(ReleaseError) -> String {
        if server == nil, let data {
            let folder = DataFolder(data)
            guard let url = folder.serverURL else {
                throw ReleaseError(
                    .unavailable, "no server runs on this folder", place: folder.path,
                    advice: "start it with `tidegate serve --data \(data)`")
            }
            return url
        }
        let url = server ?? environment["TIDEGATE_SERVER"].flatMap { $0.isEmpty ? nil : $0 } ?? Self.defaultServer
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            throw ReleaseError(
                .invalidInput, "'\(url)' is not the address of a server", place: server == nil ? "TIDEGATE_SERVER" : "--server",
                advice: "write it as http://host:port")
        }
        return url
    }

    /// The first of: --token-file, TIDEGATE_TOKEN_FILE, TIDEGATE_TOKEN, the data folder's file.
    func token(_ environment: [String: String]) throws(ReleaseError) -> String {
        if let tokenFile { return try Self.read(tokenFile, namedBy: "--token-file") }
        if let data { return try Self.read(DataFolder(data).tokenFile, namedBy: "--data") }
        if let file = environment["TIDEGATE_TOKEN_FILE"], !file.isEmpty { return try Self.read(file, namedBy: "TIDEGATE_TOKEN_FILE") }
        if let token = environment["TIDEGATE_TOKEN"], !token.isEmpty { return token }
        let file = DataFolder.standard(environment).tokenFile
        guard FileManager.default.fileExists(atPath: file) else {
            throw ReleaseError(
                .unauthenticated, "there is no token to call the server with", place: file,
                advice: "name its file with --token-file or TIDEGATE_TOKEN_FILE; `serve` writes the first one into its data folder")
        }
        return try Self.read(file, namedBy: "the data folder")
    }

    private static func read(_ file: String, namedBy source: String) throws(ReleaseError) -> String {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw ReleaseError(
                .invalidInput, "the token file cannot be read", place: "\(source): \(file)", advice: "check its path and rights")
        }
        let token = String(decoding: data.prefix(4096), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard !token.isEmpty, !token.contains(where: \.isNewline) else {
            throw ReleaseError(
                .invalidInput, "the file holds no token", place: "\(source): \(file)", advice: "it holds one line, the token")
        }
        return token
    }
}
