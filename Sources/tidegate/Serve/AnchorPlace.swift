import ArgumentParser
import HTTPClient
import ReleaseController

/// Where signed heads of the history are put, as the command line names it.
enum AnchorPlace: Sendable, Hashable {
    case file(String)
    case git(String)
    case url(String)

    var anchor: any CheckpointAnchor {
        switch self {
        case .file(let path): FileAnchor(path: path)
        case .git(let folder): GitAnchor(folder: folder)
        case .url(let url): HTTPAnchor(url: url, http: HTTPClient())
        }
    }
}

extension AnchorPlace: ExpressibleByArgument {
    init?(argument: String) {
        if argument.hasPrefix("file:/") {
            self = .file(String(argument.dropFirst(5)))
        } else if argument.hasPrefix("git:/") {
            self = .git(String(argument.dropFirst(4)))
        } else if argument.hasPrefix("https://") || argument.hasPrefix("http://") {
            self = .url(argument)
        } else {
            return nil
        }
    }
}
