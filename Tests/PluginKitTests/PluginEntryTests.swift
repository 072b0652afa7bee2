import CPluginABI
import Foundation
import PluginKit
import ReleaseModel
import Testing

@Suite struct PluginEntryTests {
    let plugin = Boundary(SampleScore.self)

    @Test func tableSaysWhatThePluginIs() {
        #expect(plugin.table.abi_version == TIDEGATE_PLUGIN_ABI_VERSION)
        #expect(Int(plugin.table.struct_size) == MemoryLayout<tidegate_plugin>.size)
        #expect(String(cString: plugin.table.name) == "SampleScore")
        #expect(String(cString: plugin.table.kind) == "scoring")
        #expect(plugin.table.route == nil)
        #expect(PluginEntry.export(SampleScore.self) == PluginEntry.export(SampleScore.self))
        #expect(PluginEntry.export(SampleScore.self) != PluginEntry.export(SampleRouter.self))
    }

    @Test func describeNeedsNoRequest() throws {
        let answer = plugin.call(PluginOperation.describe.rawValue, [])
        #expect(answer.status == Int32(TIDEGATE_OK))
        #expect(try JSONDecoder().decode(PluginDescriptor.self, from: Data(answer.text.utf8)) == SampleScore.descriptor)
    }

    @Test func operationsFollowTheProtocols() throws {
        for operation in PluginOperation.allCases {
            let isAnswered = plugin.call(operation.rawValue, []).status != Int32(TIDEGATE_NO_OPERATION)
            #expect(isAnswered == SampleScore.descriptor.kind.operations.contains(operation), "\(operation)")
        }
        for unknown: UInt32 in [0, 8, .max] { #expect(plugin.call(unknown, []).status == Int32(TIDEGATE_NO_OPERATION)) }
    }

    @Test func validateAsksThePlugin() throws {
        #expect(try plugin.call(.validate, ValidateRequest(configuration: [:])).text == #"{"problems":[]}"#)
        let refused = try plugin.call(.validate, ValidateRequest(configuration: .null))
        #expect(refused.text == #"{"problems":[{"reason":"must not be null","setting":"x"}]}"#)
    }

    @Test(arguments: [
        ("failure", #"{"code":"asked","reason":"as asked"}"#),
        ("release error", #"{"code":"unavailable","reason":"somewhere: not there"}"#),
        ("ordinary", #"{"code":"failed","reason":"Ordinary()"}"#),
    ])
    func thrownErrorsCrossAsBytes(task: String, expected: String) throws {
        let answer = try plugin.call(.evaluate, SampleScore.request(task))
        #expect(answer.status == Int32(TIDEGATE_FAILED))
        #expect(answer.text == expected)
    }

    @Test func longReasonsAreCut() throws {
        let answer = try plugin.call(.evaluate, SampleScore.request("long failure"))
        #expect(answer.status == Int32(TIDEGATE_FAILED))
        #expect((4000..<5000).contains(answer.text.utf8.count))
    }

    @Test func notANumberIsAFailedSignalAndNotAFailedCall() throws {
        let answer = try plugin.call(.evaluate, SampleScore.request("nan"))
        let response = try JSONDecoder().decode(EvaluateResponse.self, from: Data(answer.text.utf8))
        let signal = response.outputs[0].signals[0]
        #expect(signal.reading == .failed("the plugin computed nan"))
        #expect(signal.evidence == ["deep": ["nan", "-inf"]])
    }

    @Test func notANumberInStateFailsTheCall() throws {
        let answer = try plugin.call(.evaluate, SampleScore.request("nan state"))
        #expect(answer.status == Int32(TIDEGATE_FAILED))
        #expect(answer.text.contains("bad_answer"))
    }

    @Test func answersBeyondTheLimitAreFailures() throws {
        let answer = try plugin.call(.evaluate, SampleScore.request("large"))
        #expect(answer.status == Int32(TIDEGATE_FAILED))
        #expect(answer.text.contains("too_large"))
    }

    @Test func deadlineReachesThePlugin() throws {
        let payload = Array(try JSONEncoder().encode(SampleScore.request("")))
        let answer = plugin.call(PluginOperation.evaluate.rawValue, payload, milliseconds: 60_000)
        let left = try #require(try JSONValue(parsing: answer.text.utf8)["outputs"]?.array?.first?["state"]?["milliseconds"]?.number)
        #expect((30_000...60_000).contains(left))
    }

    @Test func garbageIsAnsweredWithAFailure() {
        var state: UInt64 = 88_172_645_463_325_252
        var payloads: [[UInt8]] = [
            [], Array("{".utf8), Array("null".utf8), Array(#"{"inputs":[{"release":7}]}"#.utf8), Array(#"{"inputs":1e999}"#.utf8),
            [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000),
            Array(String(repeating: #"{"inputs":"#, count: 100_000).utf8),
        ]
        for length in 1...200 {
            payloads.append(
                (0..<length).map { _ in
                    state ^= state << 13
                    state ^= state >> 7
                    state ^= state << 17
                    return UInt8(truncatingIfNeeded: state)
                })
        }
        for payload in payloads {
            for operation in [PluginOperation.validate, .evaluate] {
                let answer = plugin.call(operation.rawValue, payload)
                #expect(answer.status == Int32(TIDEGATE_FAILED), "\(operation) of \(payload.prefix(20))")
                #expect(answer.text.contains("bad_request"))
            }
        }
    }

    @Test func badArgumentsAreRefused() {
        var output: UnsafeMutablePointer<UInt8>?
        var length = 7
        let table = plugin.table
        let bad = Int32(TIDEGATE_BAD_ARGUMENT)
        #expect(table.call(nil, 1, nil, 0, &output, &length, 1) == bad)
        #expect(table.call(table.context, 1, nil, 5, &output, &length, 1) == bad)
        #expect(table.call(table.context, 1, nil, 0, nil, &length, 1) == bad)
        #expect(table.call(table.context, 1, nil, 0, &output, nil, 1) == bad)
        var byte: UInt8 = 0
        #expect(table.call(table.context, 1, &byte, Int(TIDEGATE_MESSAGE_LIMIT) + 1, &output, &length, 1) == bad)
        #expect(output == nil)
        table.release(nil)
    }
}
