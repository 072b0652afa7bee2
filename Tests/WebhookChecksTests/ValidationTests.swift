import PluginKit
import ReleaseModel
import Testing
import WebhookChecks

/// Settings that make no sense are refused with their place.
@Suite struct ValidationTests {
    static func problems(_ check: JSONValue) -> [String] {
        WebhookChecks().validate(["checks": [check]]).map { "\($0.setting) \($0.reason)" }
    }

    @Test func aGoodCheckIsTaken() {
        let check: JSONValue = [
            "name": "load", "url": "http://127.0.0.1:1/", "timeout": "3s", "every": "30s", "count": 3, "from": "25%",
            "metadata": ["cmd": "hey"], "secret": "env:TOKEN",
        ]
        #expect(Self.problems(check) == [])
    }

    @Test(
        arguments: [
            (["name": "a.b", "url": "http://x/"], "checks[0].name"), (["name": "a", "url": "ftp://x/"], "checks[0].url"),
            (["name": "a", "url": "http://x/", "timeout": "1m"], "checks[0].timeout"),
            (["name": "a", "url": "http://x/", "every": "0s"], "checks[0].every"),
            (["name": "a", "url": "http://x/", "secret": "hunter2"], "checks[0].secret"),
            (["name": "a", "url": "http://x/", "count": 0], "checks[0].count"),
            (["name": "a", "url": "http://x/", "foo": 1], "checks[0].foo"),
        ] as [(JSONValue, String)])
    func aWrongSettingIsNamed(check: JSONValue, place: String) {
        #expect(Self.problems(check).contains { $0.hasPrefix(place) }, "\(Self.problems(check))")
    }

    @Test func namesStandOnce() {
        let check: JSONValue = ["name": "a", "url": "http://x/"]
        #expect(WebhookChecks().validate(["checks": [check, check]]).map(\.setting) == ["checks[1].name"])
    }
}
