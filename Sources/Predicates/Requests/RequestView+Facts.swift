extension RequestView {
    @inline(never) func hash(_ slot: RequestSlot, _ function: DecisionHash.Function) -> UInt32 {
        withText(slot) { function == .crc32 ? CRC32.checksum($0) : murmurHash2($0) }
    }

    @inline(never) func version4(_ slot: RequestSlot) -> UInt32? {
        slot.isPresent ? withText(slot) { IPAddress.version4($0) } : nil
    }
}
