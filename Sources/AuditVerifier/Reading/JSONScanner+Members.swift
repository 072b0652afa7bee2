import Foundation

extension JSONScanner {
    /// The value under a name; nil where there is none or `object` is no object.
    func member(_ object: Int, _ name: MemberName) -> Int? {
        guard tokens[object].kind == .object else { return nil }
        var at = object + 1
        let end = Int(tokens[object].next)
        while at < end {
            if isName(at, name) { return at + 1 }
            at = Int(tokens[at + 1].next)
        }
        return nil
    }

    func member(_ object: Int?, _ name: MemberName) -> Int? { object.flatMap { member($0, name) } }

    /// The value under a name; nil where there is none or `object` is no object.
    func member(_ object: Int, _ name: KnownName) -> Int? {
        guard tokens[object].kind == .object else { return nil }
        var at = object + 1
        let end = Int(tokens[object].next)
        while at < end {
            if self.name(at) == name { return at + 1 }
            at = Int(tokens[at + 1].next)
        }
        return nil
    }

    func member(_ object: Int?, _ name: KnownName) -> Int? { object.flatMap { member($0, name) } }

    /// The elements of an array; none for another value.
    func elements(_ array: Int?) -> [Int] {
        guard let array, tokens[array].kind == .array else { return [] }
        var found: [Int] = []
        var at = array + 1
        while at < Int(tokens[array].next) {
            found.append(at)
            at = Int(tokens[at].next)
        }
        return found
    }

    /// Names and values of an object, in order.
    func members(_ object: Int?) -> [(name: Int, value: Int)] {
        guard let object, tokens[object].kind == .object else { return [] }
        var found: [(Int, Int)] = []
        var at = object + 1
        while at < Int(tokens[object].next) {
            found.append((at, at + 1))
            at = Int(tokens[at + 1].next)
        }
        return found
    }

    /// True when a value is a string, and exactly this one.
    @inline(__always) func isText(_ token: Int, _ expected: MemberName) -> Bool { tokens[token].kind == .string && isName(token, expected) }

    /// True when a string's bytes, as they stand there, are those of a text that needs no escapes.
    func isText(_ token: Int?, of text: String) -> Bool {
        guard let token, tokens[token].kind == .string, !tokens[token].isEscaped else { return false }
        var text = text
        return text.withUTF8 { Self.same(bytes(token), UnsafeRawBufferPointer($0)) }
    }

    /// True when two values stand there in the same bytes: a number and the text of its digits, say.
    func same(_ left: Int, _ right: Int) -> Bool { Self.same(bytes(left), bytes(right)) }

    static func same(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        guard left.count == right.count else { return false }
        guard let left = left.baseAddress, let right2 = right.baseAddress else { return true }
        return memcmp(left, right2, right.count) == 0
    }

    /// The value under a name given by its bytes.
    func member(_ object: Int, named name: UnsafeRawBufferPointer) -> Int? {
        var at = object + 1
        let end = Int(tokens[object].next)
        while at < end {
            if Self.same(bytes(at), name) { return at + 1 }
            at = Int(tokens[at + 1].next)
        }
        return nil
    }

    /// True when a string's bytes begin with these.
    func begins(_ token: Int, with start: StaticString) -> Bool {
        let text = bytes(token)
        return text.count >= start.utf8CodeUnitCount && memcmp(text.baseAddress!, start.utf8Start, start.utf8CodeUnitCount) == 0
    }
}
