internal import PluginKit
internal import ReleaseModel
internal import ServiceLevels
internal import Statistics

extension Settings {
    static let maximumAlternatives = 16

    static func read(_ configuration: JSONValue) -> (settings: Settings, problems: [SettingProblem]) {
        var reader = SettingsReader(configuration)
        var settings = Settings()
        reader.refuseUnknown("", except: SettingDescriptors.all.map(\.name))
        if let text = reader.text("formula") {
            if let formula = Formula(rawValue: text) {
                settings.formula = formula
            } else {
                reader.problem("formula", "must be default or classic")
            }
        }
        if let text = reader.text("bursts") {
            if let bursts = BurstPolicy(rawValue: text) {
                settings.bursts = bursts
            } else {
                reader.problem("bursts", "must be measured, expected or absent")
            }
        }
        settings.falseRollback = reader.ratio("falseRollback", 0.000001...0.2) ?? settings.falseRollback
        settings.probes = reader.flag("probes") ?? false
        if settings.probes { settings.falseRollback *= 1 - Settings.probeShare }
        settings.lateShare = reader.ratio("lateOnset", 0...0.9) ?? settings.lateShare
        settings.tolerance = reader.number("tolerance", 1...20) ?? settings.tolerance
        settings.windowSeconds = reader.seconds("window") ?? settings.windowSeconds
        settings.staleSeconds = reader.seconds("stale") ?? settings.staleSeconds
        readAlternatives(&reader, &settings)
        readParts(&reader, &settings)
        readThresholds(&reader, &settings)
        let (levels, levelProblems) = ServiceLevels.read(configuration)
        settings.levels = levels
        reader.take(levelProblems.map { SettingProblem(setting: $0.setting, reason: $0.reason) })
        settings.readChecks(&reader)
        return (settings, reader.problems)
    }

    private static func readAlternatives(_ reader: inout SettingsReader, _ settings: inout Settings) {
        if let given = reader.array("alternatives", atMost: maximumAlternatives) {
            settings.alternatives = given.compactMap(\.number)
            if settings.alternatives.count != given.count { reader.problem("alternatives", "must be numbers") }
        } else {
            let tolerance = settings.tolerance
            settings.alternatives = settings.alternatives.filter { $0 > tolerance }
        }
        if RateRatioTest(tolerance: settings.tolerance, alternatives: settings.alternatives) == nil {
            reader.problem("alternatives", "must be numbers above the tolerance, at least one")
        }
    }

    private static func readParts(_ reader: inout SettingsReader, _ settings: inout Settings) {
        let names = Part.allCases.map(\.rawValue)
        reader.refuseUnknown("score", except: names)
        for part in Part.allCases {
            settings.weights[part] = reader.number("score", part.rawValue, 0...1000) ?? settings.weights[part]
        }
        if !settings.weights.values.contains(where: { $0 > 0 }) { reader.problem("score", "must give some part a weight") }
        if let given = reader.array("required", atMost: Part.allCases.count) {
            settings.required = given.compactMap { $0.string.flatMap(Part.init(rawValue:)) }
            if settings.required.count != given.count { reader.problem("required", "must name parts: \(names.joined(separator: ", "))") }
        }
    }

    private static func readThresholds(_ reader: inout SettingsReader, _ settings: inout Settings) {
        reader.refuseUnknown("minimum", except: ["requests"])
        settings.minimumRequests = reader.number("minimum", "requests", 1...1e9) ?? settings.minimumRequests
        reader.refuseUnknown("latency", except: ["slow", "p", "scale"])
        settings.slowSeconds = reader.seconds("latency", "slow") ?? settings.slowSeconds
        settings.quantile = reader.number("latency", "p", 0.5...0.999) ?? settings.quantile
        settings.scaleSeconds = reader.seconds("latency", "scale") ?? settings.scaleSeconds
        reader.refuseUnknown("gc", except: ["pause", "halfLife"])
        settings.pauseSeconds = reader.seconds("gc", "pause") ?? settings.pauseSeconds
        settings.pauseHalfLifeSeconds = reader.seconds("gc", "halfLife") ?? settings.pauseHalfLifeSeconds
        reader.refuseUnknown("memory", except: ["limit", "scale", "block", "blocks"])
        settings.memoryLimit = reader.number("memory", "limit", 0.001...1e6) ?? settings.memoryLimit
        settings.memoryScale = reader.number("memory", "scale", 0.001...1e6) ?? settings.memoryScale
        settings.blockSeconds = reader.seconds("memory", "block") ?? settings.blockSeconds
        settings.minimumBlocks = reader.number("memory", "blocks", 4...32).map { Int($0) } ?? settings.minimumBlocks
        reader.refuseUnknown("baseline", except: ["fresh"])
        settings.freshSeconds = reader.seconds("baseline", "fresh")
        reader.refuseUnknown("bake", except: ["tolerance"])
        settings.bakeTolerance = reader.number("bake", "tolerance", 1...20) ?? settings.bakeTolerance
    }
}
