internal import Foundation
internal import LogMining
internal import PluginKit
internal import ReleaseModel

extension Settings {
    static let scorerMembers = ["url", "secret", "authority", "timeout", "mode"]
    static let longestScorerTime = TimeSpan.seconds(10)

    static func scorer(_ value: JSONValue?, _ problems: inout [SettingProblem]) -> ScorerSettings? {
        guard let value, !value.isNull else { return nil }
        func problem(_ member: String, _ reason: String) { problems.append(SettingProblem(setting: "scorer.\(member)", reason: reason)) }
        guard let url = value["url"]?.string, let parts = URLComponents(string: url), ["http", "https"].contains(parts.scheme ?? ""),
            parts.host?.isEmpty == false, parts.user == nil, parts.password == nil
        else {
            problem("url", "must be an http or https URL without a password; give a bearer token by `secret`")
            return nil
        }
        var settings = ScorerSettings(url: url)
        if let given = value["secret"], !given.isNull {
            settings.secret = given.string.flatMap { SecretReference($0) }
            if settings.secret == nil { problem("secret", "must be env:NAME or file:PATH") }
        }
        if let given = value["authority"], !given.isNull {
            settings.authorityFile = given.string
            if settings.authorityFile == nil { problem("authority", "must be the path of a file of certificates") }
        }
        if let given = value["timeout"], !given.isNull {
            if let span = given.string.flatMap({ TimeSpan($0) }), span > .zero, span <= longestScorerTime {
                settings.timeout = .microseconds(span.microseconds)
            } else {
                problem("timeout", "must be a length of time of at most \(longestScorerTime)")
            }
        }
        if let given = value["mode"], !given.isNull {
            if let mode = given.string.flatMap(ScorerSettings.Mode.init(rawValue:)) {
                settings.mode = mode
            } else {
                problem("mode", "must be \(ScorerSettings.Mode.allCases.map(\.rawValue).joined(separator: " or "))")
            }
        }
        return settings
    }

    static func sequences(_ value: JSONValue?, _ problems: inout [SettingProblem]) -> [SequenceRule] {
        let (rules, wrong) = SequenceRule.read(value)
        for problem in wrong {
            let place = "sequences[\(problem.index)]" + (problem.member.isEmpty ? "" : ".\(problem.member)")
            problems.append(SettingProblem(setting: place, reason: problem.error.description))
        }
        return rules
    }
}
