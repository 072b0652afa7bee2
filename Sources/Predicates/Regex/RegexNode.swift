/// What a regular expression is made of.
indirect enum RegexNode: Sendable, Hashable {
    case empty
    /// One byte of the set.
    case set(ByteSet)
    case sequence([RegexNode])
    case alternatives([RegexNode])
    /// At least `least` times, at most `most` times; nil is any number.
    case repeated(RegexNode, least: Int, most: Int?)
    case assertion(RegexAssertion)
}
