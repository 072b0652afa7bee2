/// Images of rows, kept within a budget of memory to name the column that differs. It lies in pieces, so that it never moves as it grows.
final class ImageStore {
    /// Where an image lies.
    struct Place: Hashable {
        fileprivate var offset: UInt32
    }

    static let budget = 64 << 20
    private static let pieceBytes = 1 << 20

    @exclusivity(unchecked) private var pieces: [UnsafeMutableRawPointer] = []
    /// Within the last piece.
    @exclusivity(unchecked) private var used = ImageStore.pieceBytes
    @exclusivity(unchecked) private var dead = 0

    deinit { for piece in pieces { piece.deallocate() } }

    /// True when half of the budget is used up by images that nobody asks for any more.
    var isWorthCleaning: Bool { dead > Self.budget / 2 }

    /// Keeps an image; nil where there is no room.
    func keep(_ image: UnsafeRawBufferPointer) -> Place? {
        let needed = 4 + image.count
        if used + needed > Self.pieceBytes {
            guard needed <= Self.pieceBytes, (pieces.count + 1) * Self.pieceBytes <= Self.budget else { return nil }
            pieces.append(.allocate(byteCount: Self.pieceBytes, alignment: 8))
            used = 0
        }
        let start = pieces[pieces.count - 1] + used
        start.storeBytes(of: UInt32(image.count), as: UInt32.self)
        if let bytes = image.baseAddress { (start + 4).copyMemory(from: bytes, byteCount: image.count) }
        let place = Place(offset: UInt32((pieces.count - 1) * Self.pieceBytes + used))
        used += needed
        return place
    }

    func image(_ place: Place) -> UnsafeRawBufferPointer {
        let start = pieces[Int(place.offset) / Self.pieceBytes] + Int(place.offset) % Self.pieceBytes
        return UnsafeRawBufferPointer(start: start + 4, count: Int(start.loadUnaligned(as: UInt32.self)))
    }

    func drop(_ place: Place?) {
        if let place { dead += 4 + image(place).count }
    }

    /// A store with what is still asked for alone; the rows get their images' new places.
    func cleaned(_ rows: RowTable) -> ImageStore {
        let moved = ImageStore()
        rows.forEach { row in
            if let place = row.image { row.image = moved.keep(image(place)) }
        }
        return moved
    }
}
