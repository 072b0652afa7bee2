/// How readily a word of a template gives way to `<*>`.
enum WordClass: UInt8, Sendable {
    /// Something that varies by its form.
    case variable
    /// A qualified name, with two dots or slashes: a package, a host, a file. Two that differ are variable.
    case qualified
    /// An ordinary word.
    case word
    /// In capitals: the name of a state, a code, a protocol or a constant.
    case name
    /// Tells a state or an outcome; never variable.
    case state
}
