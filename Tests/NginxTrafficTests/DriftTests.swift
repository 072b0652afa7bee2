import Foundation
import PluginKit
import ReleaseModel
import Testing

@testable import NginxTraffic

@Suite("Drift between what was written and what runs") struct DriftTests {
    private func applied(canary: Int) async throws -> (Backends, TrafficNode, String) {
        let backends = try Backends(["v41", "v42"])
        let node = try TrafficNode()
        let response = try await node.apply(plan(backends, canary: canary))
        #expect(response.applied, "\(response.reason ?? "")")
        return (backends, node, try #require(node.file("http/checkout.conf")))
    }

    @Test("a hand edit is noticed before anybody reloads, and put back by a repeat") func edited() async throws {
        let (backends, node, text) = try await applied(canary: 1000)
        try node.write(text.replacing("10.00%", with: "20.00%"), to: "http/checkout.conf")
        #expect(try await node.read().drift?.contains("edited by hand") == true)
        #expect(try await node.read().weights[arm: "canary"] == Weight(basisPoints: 1000))
        #expect(try await node.apply(plan(backends, canary: 1000)).applied)
        #expect(try await node.read().drift == nil)
        #expect(node.file("http/checkout.conf") == text)
    }

    @Test("an edit that was loaded is measured, even when the file was put back afterwards") func loaded() async throws {
        let (backends, node, text) = try await applied(canary: 1000)
        try node.write(text.replacing("10.00%", with: "60.00%"), to: "http/checkout.conf")
        let before = node.nginx.workers
        try node.nginx.reload()
        #expect(try await eventually { Set(node.nginx.workers).isDisjoint(with: before) && !node.nginx.workers.isEmpty })
        let observed = try await node.read()
        #expect(observed.drift?.contains("edited by hand") == true)
        try node.write(text, to: "http/checkout.conf")
        let hidden = try await node.read()
        let measured = hidden.weights[arm: "canary"].basisPoints
        #expect((5950...6050).contains(measured), "measured \(measured) basis points")
        #expect(hidden.weights.reduce(0) { $0 + $1.weight.basisPoints } == 10_000)
        #expect(hidden.drift?.contains("was told stable 90%, canary 10%") == true, "\(hidden.drift ?? "")")
        #expect(try await node.apply(plan(backends, canary: 1000)).applied)
        #expect(try await node.read().drift == nil)
        #expect(try await node.read().weights[arm: "canary"] == Weight(basisPoints: 1000))
    }

    @Test("a weight that was opened by hand after a retreat is measured") func reopened() async throws {
        let (backends, node, _) = try await applied(canary: 3000)
        let open = try #require(node.file("http/checkout.conf"))
        #expect(try await node.apply(plan(backends, canary: 0, generation: 2)).applied)
        try node.write(open, to: "http/checkout.conf")
        #expect(try await node.read().drift?.contains("is not the one that nginx took last") == true)
        let before = node.nginx.workers
        try node.nginx.reload()
        #expect(try await eventually { Set(node.nginx.workers).isDisjoint(with: before) && !node.nginx.workers.isEmpty })
        let observed = try await node.read()
        #expect(observed.generation == 1)
        #expect(observed.weights[arm: "canary"] == Weight(basisPoints: 3000))
        #expect(observed.drift != nil)
        #expect(try await node.apply(plan(backends, canary: 0, generation: 2)).applied)
        #expect(try await node.read().weights[arm: "canary"] == .zero)
        #expect(try await node.read().drift == nil)
    }

    @Test("files that are gone or changed beside the fragment", arguments: ["http/checkout.conf", "locations/checkout.conf"])
    func removed(_ file: String) async throws {
        let (backends, node, _) = try await applied(canary: 1000)
        let text = try #require(node.file(file))
        try node.write(text + "# mine\n", to: file)
        #expect(try await node.read().drift?.contains("edited by hand") == true)
        try FileManager.default.removeItem(atPath: node.nginx.folder.path + "/conf/tidegate/" + file)
        #expect(try await node.read().drift?.contains("removed") == true)
        #expect(try await node.apply(plan(backends, canary: 1000)).applied)
        #expect(try await node.read().drift == nil)
        #expect(node.file(file) == text)
    }

    @Test("nginx started from a configuration without the fragment") func notLoaded() async throws {
        let (backends, node, _) = try await applied(canary: 1000)
        node.nginx.stop()
        await #expect(throws: PluginFailure.self) { try await node.read() }
        let main = try #require(node.nginx.folder.read("conf/nginx.conf"))
        try node.nginx.folder.write(main.replacing(#/include tidegate[^;]*;/#, with: ""), to: "conf/nginx.conf")
        try node.nginx.start()
        let observed = try await node.read()
        #expect(observed.generation == nil)
        #expect(observed.drift?.contains("nginx does not run") == true)
        try node.nginx.folder.write(main, to: "conf/nginx.conf")
        #expect(try await node.apply(plan(backends, canary: 1000)).applied)
        #expect(try await node.read().drift == nil)
    }
}
