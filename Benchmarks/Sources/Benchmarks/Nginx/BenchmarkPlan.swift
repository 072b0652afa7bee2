import PluginKit
import ReleaseModel

/// What nginx is to route in the benchmark: three weights, ten rules, a colour.
enum BenchmarkPlan {
    static let service = "shop"
    static let weights = [("stable", 6000), ("canary", 3000), ("b", 1000)]

    static let rules: [(name: String, when: String, to: String)] = [
        ("payments stay", #"path:match("^/payments/") ~= nil"#, "stable"),
        ("testers", #"header["x-canary"] == "true" and inCIDR(client.address, "10.0.0.0/8")"#, "canary"),
        ("robots", #"header["user-agent"] == "robot""#, "stable"),
        ("shanghai gold", #"header["x-region"] == "sh" and cookie.tier == "gold""#, "canary"),
        ("new app", #"tagged("new-app") and header["x-region"] == "bj""#, "b"),
        ("old api", #"path:match("^/api/v0/") ~= nil"#, "stable"),
        ("staff", #"oneOf(cookie.tier, {"staff", "partner"})"#, "canary"),
        ("debug", #"query.debug == "1""#, "canary"),
        ("posts stay", #"method == "POST""#, "stable"),
        ("other hosts", #"host ~= "shop.example" and header["x-region"] ~= nil"#, "stable"),
    ]

    static func plan(ports: [Int]) -> TrafficPlan {
        TrafficPlan(
            release: "shop-1", service: service, generation: 1, leaseTerm: 1, salt: "shop-salt",
            routing: RoutingPolicy(
                plugin: "weighted", coloring: "coloring", key: #"header["x-user-id"] or cookie.session"#, tagHeader: "x-gray-tag",
                colors: [ColorRule(tag: "new-app", when: #"semver(header["x-app-version"]) >= semver("2.0.0")"#)],
                rules: rules.map { RoutingRule(name: $0.name, when: $0.when, to: $0.to) }),
            arms: zip(weights, ports).enumerated().map { index, one in
                TrafficArm(
                    name: one.0.0, revision: "v4\(index + 1)", weight: Weight(basisPoints: one.0.1), servers: ["127.0.0.1:\(one.1)"])
            })
    }

    /// The same routing for libnginx-mod-http-lua, as gateways write it: all of it in `balancer_by_lua`, rules in order, CRC-32 buckets.
    static func luaBalancer(ports: [Int]) -> String {
        """
        local balancer, var = require "ngx.balancer", ngx.var
            local ports = {stable = \(ports[0]), canary = \(ports[1]), b = \(ports[2])}
            local function arm()
              local path, region, tier = var.uri, var.http_x_region, var.cookie_tier
              if path:match("^/payments/") then return "stable" end
              if var.http_x_canary == "true" and var.remote_addr:match("^10%.") then return "canary" end
              if var.http_user_agent == "robot" then return "stable" end
              if region == "sh" and tier == "gold" then return "canary" end
              local major = tonumber((var.http_x_app_version or ""):match("^(%d+)%."))
              if major and major >= 2 and region == "bj" then return "b" end
              if path:match("^/api/v0/") then return "stable" end
              if tier == "staff" or tier == "partner" then return "canary" end
              if var.arg_debug == "1" then return "canary" end
              if var.request_method == "POST" then return "stable" end
              if var.host ~= "shop.example" and region then return "stable" end
              local bucket = ngx.crc32_short("shop-salt:" .. (var.http_x_user_id or var.cookie_session or "")) % 10000
              return bucket < 6000 and "stable" or bucket < 9000 and "canary" or "b"
            end
            assert(balancer.set_current_peer("127.0.0.1", ports[arm()]))
        """
    }
}
