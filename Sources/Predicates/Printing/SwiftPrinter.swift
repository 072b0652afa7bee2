/// Prints a predicate as Swift source that means the same.
///
/// ```swift
/// import Predicates
///
/// /// header["x-canary"] == "true" and crc32(client.address) % 100 < 30
/// ///
/// /// Slots: 0 header["x-canary"], 1 client.address.
/// public func testers(_ request: RequestView) throws -> Bool {
///     guard request.equals(0, "true") else { return false }
///     return try request.crc32(1) % 100 < 30
/// }
/// ```
public enum SwiftPrinter {
    /// Source text with one public function `name`, which needs `import Predicates` and nothing else.
    ///
    /// The numbers in it are the predicate's slots: the function takes views of the same slots. It throws what `evaluate` throws.
    ///
    /// - Parameter name: any text; what is no identifier of Swift is made one.
    public static func source(of predicate: RequestPredicate, name: String) -> String {
        "import Predicates\n\n" + function(of: predicate, name: name)
    }

    /// The function alone, without the import, with what it needs beside it.
    static func function(of predicate: RequestPredicate, name: String) -> String {
        var printer = SwiftFunctionPrinter(name: identifier(name))
        return printer.function(predicate)
    }

    /// `text` as an identifier: letters, digits and underscores, not beginning with a digit and no word of Swift.
    public static func identifier(_ text: String) -> String {
        var words = text.split { !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_")) }.map(String.init)
        guard let first = words.first else { return "predicate" }
        words[0] = first.prefix(1).lowercased() + first.dropFirst()
        let joined = words[0] + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
        let isReserved = reserved.contains(joined)
        return (joined.first?.isNumber ?? true) || isReserved ? "_\(joined)" : joined
    }

    private static let reserved: Set<String> = [
        "_", "as", "associatedtype", "break", "case", "catch", "class", "continue", "default", "defer", "deinit", "do", "else", "enum",
        "extension", "fallthrough", "false", "fileprivate", "for", "func", "guard", "if", "import", "in", "init", "inout", "internal", "is",
        "let", "nil", "operator", "precedencegroup", "private", "protocol", "public", "repeat", "rethrows", "return", "self", "Self",
        "static",
        "struct", "subscript", "super", "switch", "throw", "throws", "true", "try", "typealias", "var", "where", "while", "any", "Any",
    ]
}
