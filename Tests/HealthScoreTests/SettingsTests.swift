import HealthScore
import PluginKit
import ReleaseModel
import Testing

@Suite struct SettingsTests {
    @Test func everySettingOfTheManualIsTaken() {
        let problems = HealthScore().validate([
            "formula": "classic", "falseRollback": 0.01, "tolerance": 1.2, "alternatives": [1.5, 2, 3], "lateOnset": "10%",
            "score": ["latency": 40, "errors": 30, "gc": 15, "memory": 15], "required": ["errors"], "window": "2m", "stale": "30s",
            "minimum": ["requests": 10], "latency": ["slow": "300ms", "p": 0.99, "scale": "1s"],
            "gc": ["pause": "100ms", "halfLife": "30s"],
            "memory": ["limit": 30, "scale": 30, "block": "2s", "blocks": 4],
            "slo": [["name": "availability", "objective": "99.95%", "window": "28d", "requests": 50, "errors": 2]],
            "bake": ["tolerance": 3], "bursts": "expected",
        ])
        #expect(problems.isEmpty)
        #expect(HealthScore().validate([:]).isEmpty)
    }

    @Test(
        arguments: [
            (["formula": "best"], "formula"),
            (["falseRollback": 0.5], "falseRollback"),
            (["tolerance": 0.5], "tolerance"),
            (["tolerance": 2, "alternatives": [1.5]], "alternatives"),
            (["alternatives": []], "alternatives"),
            (["score": ["latency": 0, "errors": 0, "gc": 0, "memory": 0]], "score"),
            (["score": ["cpu": 10]], "score.cpu"),
            (["required": ["errors", "cpu"]], "required"),
            (["window": "1"], "window"),
            (["latency": ["slow": 500]], "latency.slow"),
            (["memory": ["blocks": 2]], "memory.blocks"),
            (["slo": [["name": "a"]]], "slo[0].objective"),
            (["slo": [["objective": "100%"]]], "slo[0].objective"),
            (["slo": [["objective": "99%", "windows": "1d"]]], "slo[0].windows"),
            (["threshold": 3], "threshold"),
            (["bursts": "often"], "bursts"),
        ] as [(JSONValue, String)])
    func whatIsWrongIsNamed(configuration: JSONValue, setting: String) throws {
        #expect(HealthScore().validate(configuration).map(\.setting) == [setting])
        var run = ReleaseRun(configuration)
        try run.poll()
        #expect(run.output?.signals.allSatisfy { if case .failed = $0.reading { true } else { false } } == true)
    }

    @Test func theDescriptorNamesEverySignalOnce() {
        let names = HealthScore.descriptor.signals.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(HealthScore.descriptor.alias == "health")
    }
}
