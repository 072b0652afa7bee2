internal import Predicates

/// Regular expressions over texts that spell versions, as `SemanticVersion` reads them: `2.0.0`, `v2.1`, `1.0.0-rc.1+build.5`.
enum VersionPattern {
    private static let number = "(?:0|[1-9][0-9]{0,17})"
    private static let identifier = "(?:0|[1-9][0-9]{0,17}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
    private static let prerelease = #"(?:-\#(identifier)(?:\.\#(identifier))*)?"#
    private static let build = #"(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"#
    private static let opening = "^(?=.{1,\(SemanticVersion.maximumLength)}\\z)[vV]?"
    private static let closing = #"\z"#

    /// Every version.
    static let any = #"\#(opening)\#(number)(?:\.\#(number)){0,2}\#(prerelease)\#(build)\#(closing)"#

    /// Versions that equal one without a pre-release, whatever their build.
    static func equal(to version: SemanticVersion) -> String { opening + core(version) + build + closing }

    /// Versions above one without a pre-release.
    static func above(_ version: SemanticVersion) -> String { opening + higher(version) + prerelease + build + closing }

    /// Versions equal to one without a pre-release, or above it. A pre-release of the same numbers comes before it.
    static func atLeast(_ version: SemanticVersion) -> String {
        "\(opening)(?:\(higher(version))\(prerelease)|\(core(version)))\(build)\(closing)"
    }

    /// The same three numbers; those that are 0 may be missing at the end.
    private static func core(_ version: SemanticVersion) -> String {
        let patch = version.patch == 0 ? #"(?:\.0)?"# : #"\.\#(version.patch)"#
        if version.patch == 0, version.minor == 0 { return #"\#(version.major)(?:\.0){0,2}"# }
        return #"\#(version.major)\.\#(version.minor)\#(patch)"#
    }

    private static func higher(_ version: SemanticVersion) -> String {
        let (major, minor, patch) = (version.major, version.minor, version.patch)
        return
            #"(?:\#(above(major))(?:\.\#(number)){0,2}|\#(major)\.\#(above(minor))(?:\.\#(number))?|\#(major)\.\#(minor)\.\#(above(patch)))"#
    }

    /// Numbers of at most 18 digits above `value`, without leading zeros.
    private static func above(_ value: UInt64) -> String {
        let digits = Array(String(value))
        var choices: [String] = []
        if digits.count < 18 { choices.append("[1-9][0-9]{\(digits.count),17}") }
        for (index, digit) in digits.enumerated() where digit != "9" {
            let next = Int(String(digit))! + 1
            let rest = digits.count - index - 1
            choices.append(String(digits[..<index]) + "[\(next)-9]" + (rest > 0 ? "[0-9]{\(rest)}" : ""))
        }
        return choices.isEmpty ? "(?!)" : "(?:\(choices.joined(separator: "|")))"
    }
}
