import Foundation

/// Requests of wrk over loopback, on kept connections, of mixed users, versions, addresses and paths.
enum Load {
    static let program = "/usr/bin/wrk"
    static let seconds = 2
    static let connections = 16

    static let script = """
        local requests, at = {}, 0
        init = function()
          for index = 1, 1024 do
            local headers = {Host = "shop.example"}
            if index % 10 ~= 0 then headers["x-user-id"] = "user-" .. index * 7919 end
            if index % 8 == 0 then headers["x-canary"] = "true" end
            if index % 3 == 0 then headers["x-region"] = index % 2 == 0 and "sh" or "bj" end
            headers["x-app-version"] = ({"1.9.3", "2.0.0", "2.4.1"})[index % 3 + 1]
            headers["Cookie"] = "session=" .. index .. "; tier=" .. ({"gold", "free", "free", "free"})[index % 4 + 1]
            local path = ({"/", "/cart/" .. index, "/payments/" .. index, "/api/v1/users"})[index % 4 + 1]
            requests[index] = wrk.format("GET", path, headers)
          end
        end
        request = function()
          at = at % 1024 + 1
          return requests[at]
        end

        """

    /// Nanoseconds of processor time per request that `processes` take while wrk asks `port`.
    static func processorTime(of processes: () -> [Int32], port: Int, scriptFile: String) throws -> Double {
        let watched = processes()
        let before = ProcessTime.nanoseconds(of: watched)
        let run = try Child.run(
            program, ["-t1", "-c\(connections)", "-d\(seconds)s", "-s", scriptFile, "http://127.0.0.1:\(port)/"], seconds: seconds + 20)
        let spent = ProcessTime.nanoseconds(of: watched) - before
        guard run.status == 0, let served = requests(run.output), served > 0 else {
            throw NginxProcess.Failure(description: "wrk failed: \(run.output.prefix(500))")
        }
        guard !run.output.contains("Non-2xx") else {
            throw NginxProcess.Failure(description: "not every answer was good: \(run.output.suffix(300))")
        }
        return Double(spent) / Double(served)
    }

    /// From `12345 requests in 2.00s, 1.23MB read`.
    private static func requests(_ output: String) -> Int? {
        output.split(separator: "\n").first { $0.contains(" requests in ") }?
            .split(separator: " ").first.flatMap { Int($0) }
    }
}
