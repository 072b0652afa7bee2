extension RequestChecker {
    /// A name, a member or an index: a field of the request.
    mutating func field(_ tree: Syntax) throws(ExpressionError) -> Typed {
        if let name = NamePath.text(tree), let field = RequestNames.field(name) { return slotted(field) }
        switch tree.kind {
        case .member(let object, let key):
            if let table = try table(object) { return try keyed(table, key, tree) }
        case .index(let object, let key):
            if let table = try table(object) {
                guard case .string(let bytes) = key.unwrapped.kind else {
                    throw source.error(
                        .unsupported, "the name in brackets must be written as a string", at: key.range.lowerBound,
                        suggestion: "for example: \(table)[\"name\"]")
                }
                return try keyed(table, String(decoding: bytes, as: UTF8.self), tree)
            }
        default: break
        }
        if case .index(let object, _) = tree.kind, case .call(let function, _) = object.unwrapped.kind,
            let name = NamePath.text(function), RequestNames.function(name) == .regexMatch
        {
            throw source.error(
                .unsupported, "'\(name)' says whether there is a match, its captures are not known here", at: object.range.lowerBound,
                suggestion: "capture with a Lua pattern: path:match(\"^/api/v(%d+)/\")")
        }
        throw unknownName(tree)
    }

    /// The table that a tree names; `ngx.req.get_headers()` is `header`.
    private func table(_ tree: Syntax) throws(ExpressionError) -> String? {
        if case .call(let function, let arguments) = tree.unwrapped.kind, let name = NamePath.text(function) {
            switch name {
            case "ngx.req.get_headers" where arguments.isEmpty: return "header"
            case "ngx.req.get_uri_args" where arguments.isEmpty: return "query"
            default: return nil
            }
        }
        guard let name = NamePath.text(tree.unwrapped), RequestNames.tables.contains(name) || name == "ngx.var" else { return nil }
        return name
    }

    private mutating func keyed(_ table: String, _ key: String, _ tree: Syntax) throws(ExpressionError) -> Typed {
        guard !key.isEmpty, key.utf8.count <= 256 else {
            throw source.error(.unknownName, "a name in '\(table)' has 1 to 256 bytes", at: tree.focus)
        }
        guard let field = RequestNames.field(table: table, key: key) else {
            throw source.error(
                .unknownName, "unknown nginx variable '\(key)'", at: tree.focus,
                suggestion: "known are http_*, cookie_*, arg_*, remote_addr, uri, request_uri, request_method, host and scheme")
        }
        return slotted(field)
    }

    private func unknownName(_ tree: Syntax) -> ExpressionError {
        let name = NamePath.text(tree) ?? ExpressionPrinter.text(tree)
        var suggestion: String?
        if RequestNames.tables.contains(name) {
            suggestion = "name one: \(name)[\"...\"]"
        } else if ["headers", "cookies", "args", "params"].contains(name.prefix { $0 != "." && $0 != "[" }.lowercased()) {
            suggestion =
                "did you mean '\(name.lowercased().hasPrefix("header") ? "header" : name.lowercased().hasPrefix("c") ? "cookie" : "query")'?"
        } else {
            // The first part decides for `client.adress` as for `cooky.uid`.
            let head = String(name.prefix { $0 != "." && $0 != "[" })
            suggestion =
                Spelling.suggestion(for: name, among: RequestNames.suggestions)
                ?? Spelling.suggestion(for: head, among: RequestNames.tables)
        }
        if suggestion == nil, case .name(let word) = tree.kind {
            suggestion =
                ["True", "False", "None", "null", "nan", "undefined"].contains(word)
                ? "write \(word == "True" ? "true" : word == "False" ? "false" : "nil")"
                : "write \"\(word)\" for a text; known names are header[\"...\"], cookie.x, query.x, tag[\"...\"], "
                    + RequestNames.suggestions.prefix(6).joined(separator: ", ")
        }
        return source.error(.unknownName, "unknown name '\(name)'", at: tree.range.lowerBound, suggestion: suggestion)
    }
}
