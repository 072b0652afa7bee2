import HTTPProbe
import PluginKit
import ReleaseModel
import Testing

@Suite struct SettingsTests {
    @Test(
        arguments: [
            ["path": "healthz"], ["scheme": "ftp"], ["method": "POST"], ["rate": 0], ["rate": 21], ["timeout": "10s"], ["status": "2xx"],
            ["status": "299-200"], ["headers": ["authorization": "Bearer x"]], ["headers": ["a b": "c"]], ["secret": "hunter2"],
            ["method": "HEAD", "contains": "ok"],
        ] as [JSONValue])
    func whatCannotBeUsedIsRefused(_ configuration: JSONValue) {
        #expect(HTTPProbe().validate(configuration).count == 1, "\(configuration.canonicalText)")
    }

    @Test func everySettingOfTheReadmeIsTaken() {
        let configuration: JSONValue = [
            "path": "/healthz?deep=1", "scheme": "http", "method": "GET", "host": "shop.example", "rate": 1, "timeout": "2s",
            "status": "200-299", "contains": "\"ok\"", "headers": ["x-region": "eu"], "secret": "env:PROBE_TOKEN",
        ]
        #expect(HTTPProbe().validate(configuration).isEmpty)
        #expect(HTTPProbe().validate(["status": 204]).isEmpty)
    }
}
