@testable import PluginHost
import PluginKit
import ReleaseModel
import Testing

@Suite struct ConfigurationTests {
    let descriptor = PluginDescriptor(
        name: "X", alias: "x", kind: .metrics, version: "1", summary: "",
        settings: [
            SettingDescriptor("url", .string, required: true, summary: "where"),
            SettingDescriptor("factor", .number, default: 2, minimum: 1, maximum: 3, summary: ""),
            SettingDescriptor("lag", .duration, default: "15s", minimum: 1, maximum: 60, summary: ""),
            SettingDescriptor("share", .ratio, minimum: 0, maximum: 1, summary: ""),
            SettingDescriptor("on", .bool, summary: ""),
            SettingDescriptor("list", .array, maximum: 2, summary: ""),
            SettingDescriptor("map", .object, summary: ""),
        ])

    @Test func defaultsAreFilledIn() {
        let checked = descriptor.checked(["url": "u", "on": .null])
        #expect(checked.problems.isEmpty)
        #expect(checked.configuration == ["url": "u", "factor": 2, "lag": "15s"])
        #expect(descriptor.checked(.null).problems == [SettingProblem(setting: "url", reason: "is required: where")])
        #expect(descriptor.checked([]).problems.count == 1)
    }

    static let wrong: [(String, JSONValue, String)] = [
        ("facto", 1, "is not a setting of X; did you mean factor?"),
        ("zzz", 1, "is not a setting of X; its settings are factor, lag, list, map, on, share, url"),
        ("url", 1, "must be a text"),
        ("on", "true", "must be true or false"),
        ("factor", "2", "must be a number"),
        ("factor", 0.5, "must be at least 1"),
        ("factor", 3.5, "must be at most 3"),
        ("lag", 15, "must be a length of time such as 30s or 1h30m"),
        ("lag", "15", "must be a length of time such as 30s or 1h30m"),
        ("lag", "2m", "must be at most 60s"),
        ("lag", "10ms", "must be at least 1s"),
        ("share", "99.9", "must be a share such as 99.9% or 0.999"),
        ("share", "101%", "must be at most 1"),
        ("list", [1, 2, 3], "must be at most 2 elements"),
        ("list", [:], "must be a list"),
        ("map", [], "must be an object"),
    ]

    @Test(arguments: wrong)
    func wrongSettingsAreNamed(name: String, value: JSONValue, reason: String) {
        #expect(
            descriptor.checked(JSONValue.object(["url": "u"]).merged(name, value)).problems == [
                SettingProblem(setting: name, reason: reason)
            ])
    }

    static let right: [(String, JSONValue)] = [
        ("share", "99.9%"), ("share", 0.999), ("lag", "1m"), ("factor", 3), ("on", false), ("list", [1, 2]), ("map", [:]),
    ]

    @Test(arguments: right)
    func rightSettingsPass(name: String, value: JSONValue) {
        let checked = descriptor.checked(JSONValue.object(["url": "u"]).merged(name, value))
        #expect(checked.problems.isEmpty)
        #expect(checked.configuration[name] == value)
    }

    @Test func theHostChecksFirstAndThenThePlugin() async throws {
        let yard = try PluginYard(["EchoScore"])
        _ = try await yard.load("EchoScore")
        #expect(try await yard.host.validatedConfiguration("echo", [:]) == ["scale": 1])
        let both = await failure { () async throws(ReleaseError) in
            try await yard.host.validatedConfiguration("echo", ["scale": 11, "scal": 1, "forbidden": "xyzzy"], place: "policy.yaml:7")
        }
        #expect(both?.code == .invalidInput)
        #expect(both?.place == "policy.yaml:7")
        #expect(
            both?.reason == """
                the configuration of plugin EchoScore is wrong:
                  - scal is not a setting of EchoScore; did you mean scale?
                  - scale must be at most 10
                """)
        let own = await failure { () async throws(ReleaseError) in
            try await yard.host.validatedConfiguration("echo", ["forbidden": "xyzzy"])
        }
        #expect(own?.reason.hasSuffix("- forbidden must not be xyzzy") ?? false)
        await yard.host.shutDown()
    }

    @Test func aDescriptorThatContradictsItselfIsRefused() {
        var broken = descriptor
        broken.settings.append(SettingDescriptor("factor", .number, default: "two", minimum: 2, maximum: 1, summary: ""))
        broken.signals = [
            SignalDescriptor(name: "a b", kind: .bool, worse: .higher, summary: ""),
            SignalDescriptor(name: "n", kind: .number, minimum: 2, maximum: 1, worse: .true, summary: ""),
        ]
        #expect(
            broken.problems(expectedName: "X") == [
                "the setting 'factor' is described twice", "setting 'factor': its minimum lies above its maximum",
                "setting 'factor': its default must be a number",
                "signal 'a b': its name is not made of letters, digits, '.' and '_', at most 64",
                "signal 'a b': the worse direction of a bool is true, false or none", "signal 'n': its minimum lies above its maximum",
                "signal 'n': the worse direction of a number is higher, lower or none",
                "a plugin of kind metrics gives no signals, but describes some",
            ])
        #expect(descriptor.problems(expectedName: "X").isEmpty)
        #expect(descriptor.problems(expectedName: "Y") == ["its descriptor is named 'X', its file 'Y'"])
    }
}

extension JSONValue {
    fileprivate func merged(_ name: String, _ value: JSONValue) -> JSONValue {
        var members = object ?? [:]
        members[name] = value
        return .object(members)
    }
}
