import ArgumentParser

struct ExprCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "expr", abstract: "Check, try out and translate expressions of routing rules and colours.",
        discussion: """
            An expression is written as in a policy, in Lua's syntax; conditions of nginx+Lua gateways can be pasted as they are.

              tidegate expr check 'header["x-canary"] == "true" and inCIDR(client.address, "10.0.0.0/8")'
              tidegate expr eval 'percent(cookie.uid, "s7") < 30' -b uid=7
              tidegate expr emit --target nginx 'path:match("^/payments/") ~= nil'

            docs/expression-reference.md has the whole language.
            """,
        subcommands: [ExprCheckCommand.self, ExprEvalCommand.self, ExprEmitCommand.self, ExprBuildCommand.self])
}
