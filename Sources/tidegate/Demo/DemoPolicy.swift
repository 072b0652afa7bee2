import Foundation
import ReleaseModel

/// The shipped policy `policies/demo`, made to fit one run: its Prometheus, and shorter stages where asked.
enum DemoPolicy {
    /// The policy's source with the address of Prometheus put in, and every stage's and the bake's time multiplied.
    ///
    /// - Throws: `notFound` when the policy does not lie beside the program.
    static func source(prometheus: String, factor: Double) throws -> String {
        var lines = try ShippedPolicy.text(named: "demo").split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for index in lines.indices {
            lines[index] = lines[index].replacing("http://127.0.0.1:9090", with: prometheus)
            if factor != 1 { lines[index] = scaled(lines[index], by: factor) }
        }
        return lines.joined(separator: "\n")
    }

    /// Multiplies the times after `for:` and `bake:`; everything else stays.
    private static func scaled(_ line: String, by factor: Double) -> String {
        line.replacing(/\b(for|bake): *([0-9.]+[a-z]+[0-9a-z.]*)/) { match in
            guard let span = TimeSpan(String(match.output.2)) else { return String(match.output.0) }
            return "\(match.output.1): \(span * factor)"
        }
    }
}

/// The policies that come with the program.
enum ShippedPolicy {
    /// - Throws: `notFound` for a name that is not shipped.
    static func text(named name: String) throws -> String {
        guard let url = Bundle.module.url(forResource: "policy", withExtension: "yaml", subdirectory: "policies/\(name)"),
            let text = try? String(contentsOf: url, encoding: .utf8)
        else {
            throw ReleaseError(.notFound, "the policy '\(name)' does not come with this program", place: "policies/\(name)")
        }
        return text
    }
}
