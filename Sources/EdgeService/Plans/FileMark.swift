/// What tells one state of a file from another without reading it.
struct FileMark: Sendable, Hashable {
    var inode: UInt64
    var bytes: Int64
    var modifiedSeconds: Int64
    var modifiedNanoseconds: Int64
}
