internal import Foundation

/// Finds the pid file without asking nginx, which would refuse to say while its configuration is broken.
enum PidFile {
    /// The parameter of the `pid` directive in the main configuration file, relative to the prefix; otherwise the packages' usual place.
    static func find(_ node: NodeSettings) -> String {
        let usual = node.prefix.map { "\($0)/logs/nginx.pid" } ?? "/run/nginx.pid"
        guard let text = try? String(contentsOfFile: node.main, encoding: .utf8) else { return usual }
        for line in text.split(separator: "\n") {
            for statement in line.prefix(while: { $0 != "#" }).split(separator: ";") {
                let words = statement.split(whereSeparator: { $0 == " " || $0 == "\t" })
                guard words.count == 2, words[0] == "pid" else { continue }
                let file = words[1].trimmingCharacters(in: ["\"", "'"])
                return file.hasPrefix("/") ? file : "\(node.prefix ?? "/usr/share/nginx")/\(file)"
            }
        }
        return FileManager.default.fileExists(atPath: usual) ? usual : "/run/nginx.pid"
    }
}
