import Foundation
import PluginKit
import ReleaseModel
import Testing

@testable import NginxTraffic

@Suite("Changing weights by reload under load") struct ReloadTests {
    @Test(
        "five reloads fail no request",
        arguments: [(keepsAlive: true, connections: 12), (keepsAlive: false, connections: 6)])
    func fiveReloads(_ keepsAlive: Bool, _ connections: Int) async throws {
        let backends = try Backends(["v41", "v42"])
        let node = try TrafficNode(workers: 2)
        #expect(try await node.apply(plan(backends, canary: 0)).applied)
        let load = LoadClient(port: node.port, connections: connections, keepsAlive: keepsAlive)
        for generation in 2...6 {
            let before = load.answered
            #expect(try await eventually { load.answered > before + 50 })
            let response = try await node.apply(plan(backends, canary: generation * 1000, generation: Int64(generation)))
            #expect(response.applied, "\(response.reason ?? "")")
            #expect(response.way?.hasPrefix("reload: ") == true)
        }
        let counts = try await blocking { load.stop() }
        #expect(counts.failures == [])
        #expect(counts.answered == counts.asked)
        #expect(counts.asked > 300)
        if !keepsAlive { #expect(counts.repeated == 0) }
        // Every connection was closed by at most one worker in each reload.
        #expect(counts.repeated <= connections * 5)
        #expect(backends.count("v41") + backends.count("v42") >= counts.answered)
    }
}
