import CPluginABI
import Foundation
import PluginKit
import ReleaseModel
import Testing

@Suite struct RoutingPathTests {
    let table = Boundary(SampleRouter.self).table

    private func plan(arms: Int) throws -> [UInt8] {
        let plan = TrafficPlan(
            release: "r-1", service: "s", generation: 1, leaseTerm: 1, salt: "",
            routing: RoutingPolicy(plugin: "", coloring: "", key: "", tagHeader: "", colors: [], rules: []),
            arms: (0..<arms).map { TrafficArm(name: "a\($0)", revision: "v", weight: .zero, servers: []) })
        return Array(try JSONEncoder().encode(plan))
    }

    private func create(_ plan: [UInt8]) -> (status: Int32, handle: UnsafeMutableRawPointer?, error: String) {
        var handle: UnsafeMutableRawPointer?
        var error: UnsafeMutablePointer<UInt8>?
        var length = 0
        let status = plan.withUnsafeBufferPointer {
            table.route_create(table.context, $0.baseAddress, $0.count, &handle, &error, &length)
        }
        defer { if let error { table.release(error) } }
        return (status, handle, String(decoding: UnsafeBufferPointer(start: error, count: length), as: UTF8.self))
    }

    @Test func flatRequestReachesTheRouter() throws {
        let handle = try #require(create(plan(arms: 2)).handle)
        defer { table.route_destroy(handle) }
        var assignment = tidegate_assignment()
        assignment.struct_size = UInt32(MemoryLayout<tidegate_assignment>.size)
        let texts = ["GET", "/a?b", "h", "https", "X-Canary", "yes"].map { ContiguousArray($0.utf8) }
        var slices: [tidegate_slice] = []
        let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: 64)
        defer { memory.deallocate() }
        var offset = 0
        for text in texts {
            for (index, byte) in text.enumerated() { memory[offset + index] = byte }
            slices.append(tidegate_slice(bytes: memory + offset, length: text.count))
            offset += text.count
        }
        let headers = [tidegate_header(name: slices[4], value: slices[5])]
        let status = headers.withUnsafeBufferPointer { headers in
            var request = tidegate_request(
                struct_size: UInt32(MemoryLayout<tidegate_request>.size), header_count: 1, method: slices[0], path: slices[1],
                host: slices[2], scheme: slices[3], client_address: tidegate_slice(bytes: nil, length: 9), headers: headers.baseAddress)
            return table.route(handle, &request, &assignment)
        }
        #expect(status == Int32(TIDEGATE_OK))
        #expect(assignment.arm == 1)
        #expect(assignment.rule == -1)
        #expect(assignment.bucket == 1)
        #expect(assignment.colors == 0b111_1111)
        #expect(assignment.errors == 0)
    }

    @Test func structsOfAnotherSizeAreRefused() throws {
        let handle = try #require(create(plan(arms: 2)).handle)
        defer { table.route_destroy(handle) }
        var assignment = tidegate_assignment()
        var request = tidegate_request()
        #expect(table.route(handle, &request, &assignment) == Int32(TIDEGATE_BAD_ARGUMENT))
        request.struct_size = UInt32(MemoryLayout<tidegate_request>.size)
        #expect(table.route(handle, &request, &assignment) == Int32(TIDEGATE_BAD_ARGUMENT))
        assignment.struct_size = UInt32(MemoryLayout<tidegate_assignment>.size)
        #expect(table.route(handle, &request, &assignment) == Int32(TIDEGATE_OK))
        request.header_count = 1
        #expect(table.route(handle, &request, &assignment) == Int32(TIDEGATE_BAD_ARGUMENT))
        #expect(table.route(nil, &request, &assignment) == Int32(TIDEGATE_BAD_ARGUMENT))
    }

    @Test func aPlanThatThePluginRefusesMakesNoRouter() throws {
        let refused = try create(plan(arms: 3))
        #expect(refused.status == Int32(TIDEGATE_FAILED))
        #expect(refused.handle == nil)
        #expect(refused.error == #"{"code":"arms","reason":"two arms are needed"}"#)
        #expect(create(Array("nonsense".utf8)).error.contains("bad_request"))
    }
}
