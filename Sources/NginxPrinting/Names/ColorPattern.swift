internal import Routing

/// Regular expressions over lists of colours, as `ColorHeader` reads them.
enum ColorPattern {
    static let blanks = #"[\x20\x09]*"#
    private static let name = "[0-9A-Za-z][0-9A-Za-z._-]{0,62}"

    /// A whole list of 1 to `ColorHeader.maximumTags` names. One with anything else in it is not believed.
    static let list =
        #"^(?=.{1,\#(ColorHeader.maximumLength)}\z)"# + blanks + name
        + "(?:\(blanks),\(blanks)\(name)){0,\(ColorHeader.maximumTags - 1)}" + blanks + #"\z"#

    /// A list that holds a colour.
    static func member(_ tag: String) -> String { "(?:^|,)\(blanks)\(literal(tag))\(blanks)(?:,|\\z)" }

    /// A colour's name, for exactly its bytes.
    static func literal(_ tag: String) -> String { NginxText.pattern(literally: Array(tag.utf8)) }
}
