/// The place of a constant text among a program's constants, packed into one operand: its length above, its offset below.
struct ConstantText {
    let packed: UInt64

    init(packed: UInt64) { self.packed = packed }
    init(offset: Int, length: Int) { packed = UInt64(length) << 32 | UInt64(offset) }

    var length: Int { Int(packed >> 32) }
    var offset: Int { Int(packed & 0xFFFF_FFFF) }
}
