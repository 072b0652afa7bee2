extension RequestChecker {
    mutating func call(_ function: Syntax, _ arguments: [Syntax], _ tree: Syntax) throws(ExpressionError) -> Typed {
        guard let name = NamePath.text(function) else {
            throw source.error(.unsupported, "only named functions are called", at: function.range.lowerBound)
        }
        switch name {
        case "oneOf": return try oneOf(arguments, tree)
        case "ngx.re.gmatch", "ngx.re.sub", "ngx.re.gsub":
            throw source.error(
                .unsupported, "'\(name)' has no meaning here", at: function.range.lowerBound,
                suggestion: "known are ngx.re.match as a condition, and the methods match, find and gsub with Lua patterns")
        case "tagged": return slotted(.tag(try text(arguments, 0, of: "tagged(\"user-v2\")", count: 1...1, tree)))
        case "inCIDR": return try inCIDR(arguments, tree)
        default: break
        }
        if let known = RequestNames.function(name) { return try call(known, arguments, tree, asMethod: false) }
        throw source.error(
            .unknownFunction, "unknown function '\(name)'", at: function.range.lowerBound,
            suggestion: functionSuggestion(name, arguments))
    }

    private func functionSuggestion(_ name: String, _ arguments: [Syntax]) -> String? {
        if let near = Spelling.suggestion(for: name, among: RequestNames.functionNames) { return near }
        let last = String(name.split(separator: ".").last ?? "")
        if let method = Spelling.nearest(to: last, among: RequestNames.methodNames), let first = arguments.first {
            return "write \(ExpressionPrinter.text(first)):\(method)(...)"
        }
        return "known are \(RequestNames.functionNames.joined(separator: ", ")), and the methods of texts"
    }

    mutating func method(_ object: Syntax, _ name: String, _ arguments: [Syntax], _ tree: Syntax) throws(ExpressionError) -> Typed {
        guard let known = RequestFunction(rawValue: name), known.isMethod else {
            throw source.error(
                .unknownFunction, "texts have no method '\(name)'", at: tree.focus,
                suggestion: Spelling.suggestion(for: name, among: RequestNames.methodNames)
                    ?? "known are \(RequestNames.methodNames.joined(separator: ", "))")
        }
        return try call(known, [object] + arguments, tree, asMethod: true)
    }

    /// - Parameter asMethod: `text:lower()` is for texts only, `string.lower(x)` also takes a number, which Lua prints.
    private mutating func call(
        _ function: RequestFunction, _ arguments: [Syntax], _ tree: Syntax, asMethod: Bool
    ) throws(ExpressionError) -> Typed {
        let parameters = function.parameters
        guard (function.required...parameters.count).contains(arguments.count) else {
            let given = asMethod ? arguments.count - 1 : arguments.count
            throw source.error(
                .type, "'\(function.spelling)' is called with \(given) argument\(given == 1 ? "" : "s")", at: tree.focus,
                suggestion: "for example: \(function.usage)")
        }
        var nodes: [RequestNode] = []
        for (index, argument) in arguments.enumerated() {
            if function == .bucket || function == .percent, index == 1 {
                nodes.append(.literal(.string(ByteString(try salt(argument, function)))))
                continue
            }
            if function == .regexMatch, index > 0 {
                nodes.append(.literal(.string(ByteString(bytes: try constantBytes(argument, function)))))
                continue
            }
            let (node, types) = try check(argument)
            let isReceiver = function.isMethod && index == 0
            let wanted = isReceiver && asMethod ? .string : parameters[index]
            // A number is wanted where a text that spells one will do, as in Lua.
            let accepted = wanted.isDisjoint(with: .number) ? wanted : wanted.union(.string)
            if checksTypes, types.isDisjoint(with: accepted) {
                throw source.error(
                    .type, "'\(ExpressionPrinter.text(argument))' is \(types.words), and '\(function.spelling)' takes \(wanted.words)",
                    at: argument.range.lowerBound, suggestion: "for example: \(function.usage)")
            }
            // What may be a number is made a text here, so that a receiver is always one or the call fails.
            let mayBeNumber = isReceiver && !asMethod && !types.isDisjoint(with: .number)
            nodes.append(mayBeNumber ? .concatenation(node, .literal(.string(""))) : node)
        }
        if function == .regexMatch {
            if nodes.count == 2 { nodes.append(.literal(.string(""))) }
            try checkRegex(nodes, arguments)
        }
        return (.call(function, nodes), function.result)
    }

    /// The constant salt of a bucket. Were it not constant, growing a weight could take users away.
    private func salt(_ argument: Syntax, _ function: RequestFunction) throws(ExpressionError) -> String {
        guard case .string(let bytes) = argument.unwrapped.kind, let text = String(validating: bytes, as: UTF8.self),
            (1...ExpressionLimits.saltBytes).contains(bytes.count)
        else {
            throw source.error(
                .type, "the salt of '\(function.spelling)' must be a text in quotes of 1 to \(ExpressionLimits.saltBytes) bytes",
                at: argument.range.lowerBound, suggestion: "for example: \(function.usage)")
        }
        return text
    }

    // MARK: - oneOf, tagged, inCIDR

    private mutating func oneOf(_ arguments: [Syntax], _ tree: Syntax) throws(ExpressionError) -> Typed {
        guard arguments.count == 2, case .list(let members) = arguments[1].unwrapped.kind else {
            throw source.error(
                .type, "oneOf takes a value and a list", at: tree.range.lowerBound,
                suggestion: "for example: oneOf(cookie.region, {\"sh\", \"bj\"})")
        }
        let (subject, types) = try check(arguments[0])
        var values: [LuaValue] = []
        for member in members {
            guard case .literal(let value) = try check(member).node else {
                throw source.error(.type, "a list holds constants, not '\(ExpressionPrinter.text(member))'", at: member.range.lowerBound)
            }
            let kind = ValueTypes(of: value)
            let family: ValueTypes = kind.isSubset(of: .number) ? .number : kind
            if checksTypes, types.isDisjoint(with: family) {
                throw source.error(
                    .type, "'\(ExpressionPrinter.text(arguments[0]))' is \(types.words); it never equals \(ExpressionPrinter.text(member))",
                    at: member.range.lowerBound,
                    suggestion: types.contains(.string) ? "write it in quotes: \"\(ExpressionPrinter.text(member))\"" : nil)
            }
            values.append(value)
        }
        if values.isEmpty, checksTypes {
            throw source.error(.type, "the list is empty, so this is never true", at: arguments[1].range.lowerBound)
        }
        return (.oneOf(subject, values), .bool)
    }

    private mutating func inCIDR(_ arguments: [Syntax], _ tree: Syntax) throws(ExpressionError) -> Typed {
        let usage = "inCIDR(client.address, \"10.0.0.0/8\")"
        guard arguments.count >= 2 else {
            throw source.error(
                .type, "inCIDR takes an address and at least one network", at: tree.range.lowerBound, suggestion: "for example: \(usage)")
        }
        let (address, types) = try check(arguments[0])
        if checksTypes, !types.contains(.string) {
            throw source.error(
                .type, "an address is a text, and '\(ExpressionPrinter.text(arguments[0]))' is \(types.words)",
                at: arguments[0].range.lowerBound, suggestion: "for example: \(usage)")
        }
        var networks: [IPNetwork] = []
        for index in 1..<arguments.count {
            let text = try text(arguments, index, of: usage, count: 2...ExpressionLimits.listMembers, tree)
            guard let network = IPNetwork(text) else {
                throw source.error(
                    .type, "'\(text)' is no network", at: arguments[index].range.lowerBound, suggestion: networkSuggestion(text))
            }
            networks.append(network)
        }
        return (.inCIDR(address, networks), .bool)
    }

    private func networkSuggestion(_ text: String) -> String {
        let parts = text.split(separator: "/", maxSplits: 1)
        if parts.count == 2, let address = IPAddress(String(parts[0])), let length = Int(parts[1]), (0...address.width).contains(length),
            let network = IPNetwork(enclosing: address, prefixLength: length)
        {
            return "bits beyond the prefix are set: did you mean '\(network)'?"
        }
        return "for example \"10.0.0.0/8\" or \"2001:db8::/32\""
    }

    /// The constant text that argument `index` must be.
    private func text(
        _ arguments: [Syntax], _ index: Int, of usage: String, count: ClosedRange<Int>, _ tree: Syntax
    ) throws(ExpressionError) -> String {
        guard count.contains(arguments.count) else {
            throw source.error(
                .type, "called with \(arguments.count) arguments", at: tree.range.lowerBound, suggestion: "for example: \(usage)")
        }
        guard case .string(let bytes) = arguments[index].unwrapped.kind, !bytes.isEmpty else {
            throw source.error(
                .type, "'\(ExpressionPrinter.text(arguments[index]))' must be a text in quotes", at: arguments[index].range.lowerBound,
                suggestion: "for example: \(usage)")
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
