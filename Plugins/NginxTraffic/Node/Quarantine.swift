internal import Foundation
internal import NginxPrinting
internal import PluginKit

/// Finds the generated fragment that nginx objects to, and takes it out of nginx's sight.
struct Quarantine: Sendable {
    let folder: FragmentFolder

    /// The service whose generated file an error of nginx is about; nil when it is about something else.
    func culprit(of error: String) -> String? {
        if let file = Self.file(in: error), let service = service(ofFile: file) { return service }
        // An unknown variable is reported without a file, but its name holds the service's.
        let named = folder.services().filter { error.contains("\"tidegate_\(NginxName.service($0))_") }
        return named.max { NginxName.service($0).utf8.count < NginxName.service($1).utf8.count }
    }

    /// A service other than `service` whose fragment is not what was written there: the next to be suspected.
    func edited(otherThan service: String) throws(PluginFailure) -> String? {
        for other in folder.services() where other != service {
            guard let text = try folder.read(folder.file(.http, other)), FragmentHeader(of: text)?.seals(text) == true else { return other }
        }
        return nil
    }

    /// Keeps a service's files aside with nginx's words, and puts what nginx took last in their place; where there is nothing else, the
    /// service carries nothing until its next plan.
    func isolate(_ service: String, error: String) throws(PluginFailure) {
        let broken = try folder.read(folder.file(.http, service))
        let good = try folder.read(folder.lastGood(.http, service))
        for kind in FragmentKind.allCases {
            let file = folder.file(kind, service)
            if let text = try folder.read(file) { try folder.write(text, to: folder.quarantine(kind, service)) }
            if let good, good != broken || kind != .http, let text = try folder.read(folder.lastGood(kind, service)) {
                try folder.write(text, to: file)
            } else {
                try folder.remove(file)
            }
        }
        try folder.write(error + "\n", to: folder.quarantine(.http, service) + ".error")
    }

    private func service(ofFile file: String) -> String? {
        let resolved = Self.resolved(file)
        return folder.services().first { service in
            FragmentKind.allCases.contains { Self.resolved(folder.file($0, service)) == resolved }
        }
    }

    /// The path in `... in /etc/nginx/tidegate/http/a.conf:12`.
    private static func file(in error: String) -> String? {
        for line in error.split(separator: "\n") {
            guard let start = line.ranges(of: " in /").last, let colon = line.lastIndex(of: ":"), start.lowerBound < colon else { continue }
            return String(line[line.index(start.lowerBound, offsetBy: 4)..<colon])
        }
        return nil
    }

    /// A path without symbolic links, as far as it exists.
    static func resolved(_ path: String) -> String { URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path }
}
