/// CRC-32 in Lua, as a gateway without `ngx.crc32_short` computes it: by a table, with the bit operations that the Lua has.
enum LuaChecksum {
    static let source = #"""
        local crc32
        if jit then
          crc32 = load([[
            local bit, table = require("bit"), {}
            for index = 0, 255 do
              local crc = index
              for _ = 1, 8 do
                crc = bit.bxor(bit.rshift(crc, 1), bit.band(-bit.band(crc, 1), 0xedb88320))
              end
              table[index] = crc
            end
            local band, bxor, rshift, byte = bit.band, bit.bxor, bit.rshift, string.byte
            return function(text)
              local crc = 0xffffffff
              for index = 1, #text do crc = bxor(rshift(crc, 8), table[band(bxor(crc, byte(text, index)), 255)]) end
              return bit.bnot(crc) % 0x100000000
            end
          ]])()
        else
          crc32 = load([[
            local table = {}
            for index = 0, 255 do
              local crc = index
              for _ = 1, 8 do crc = (crc >> 1) ~ ((crc & 1) * 0xedb88320) end
              table[index] = crc
            end
            local byte = string.byte
            return function(text)
              local crc = 0xffffffff
              for index = 1, #text do crc = (crc >> 8) ~ table[(crc ~ byte(text, index)) & 255] end
              return crc ~ 0xffffffff
            end
          ]])()
        end

        """#
}
