import Predicates

/// The Lua side of the differential tests.
enum LuaDriver {
    /// The shared requests of `DifferentialRequests`, as tables.
    static let requests: String = {
        let tables = DifferentialRequests.all.map { fields in
            var tables: [String: [String]] = [:]
            var plain: [String] = []
            for (field, value) in fields.sorted(by: { $0.key.description < $1.key.description }) {
                let text = quoted(value)
                switch field {
                case .header(let name): tables["header", default: []].append("[\"\(name)\"] = \(text)")
                case .cookie(let name): tables["cookie", default: []].append("[\"\(name)\"] = \(text)")
                case .query(let name): tables["query", default: []].append("[\"\(name)\"] = \(text)")
                case .tag(let name): tables["tag", default: []].append("[\"\(name)\"] = \(text)")
                case .clientAddress: tables["client", default: []].append("address = \(text)")
                case .requestTarget: tables["request", default: []].append("target = \(text)")
                case .path, .method, .host, .scheme: plain.append("\(field.description) = \(text)")
                }
            }
            for name in ["header", "cookie", "query", "tag", "client", "request"] {
                plain.append("\(name) = {\((tables[name] ?? []).joined(separator: ", "))}")
            }
            return "{\(plain.joined(separator: ", "))}"
        }
        return "local requests = {\n\(tables.joined(separator: ",\n"))\n}\nlocal functions = {}\n"
    }()

    private static func quoted(_ bytes: [UInt8]) -> String {
        "\"" + bytes.map { "\\" + String(repeating: "0", count: 3 - "\($0)".count) + "\($0)" }.joined() + "\""
    }

    /// Functions that Lua does not have, written again in Lua 5.4 from their definitions.
    static let functions = #"""
        local function text(x)
          if type(x) == "string" or type(x) == "number" then return x .. "" end
          error("a text is wanted")
        end
        function functions.crc32(x)
          local crc = 0xffffffff
          for _, byte in ipairs({text(x):byte(1, -1)}) do
            crc = crc ~ byte
            for _ = 1, 8 do crc = (crc >> 1) ~ ((crc & 1) * 0xedb88320) end
          end
          return crc ~ 0xffffffff
        end
        function functions.oneOf(x, list)
          for _, member in ipairs(list) do if x == member then return true end end
          return false
        end
        function functions.murmur2(x)
          x = text(x)
          local h, i, n, m = #x, 1, #x, 0x5bd1e995
          while n >= 4 do
            local k = string.unpack("<I4", x, i) * m & 0xffffffff
            h = (h * m & 0xffffffff) ~ ((k ~ k >> 24) * m & 0xffffffff)
            i, n = i + 4, n - 4
          end
          if n >= 3 then h = h ~ x:byte(i + 2) << 16 end
          if n >= 2 then h = h ~ x:byte(i + 1) << 8 end
          if n >= 1 then h = (h ~ x:byte(i)) * m & 0xffffffff end
          h = (h ~ h >> 13) * m & 0xffffffff
          return h ~ h >> 15
        end
        local function rotate(x, n) return (x << n | x >> (32 - n)) & 0xffffffff end
        function functions.murmur3(x, seed)
          x = text(x)
          if seed == nil then seed = 0 end
          local h, i, n = math.tointeger(tonumber(seed)), 1, #x
          if not h or h < 0 or h > 0xffffffff then error("no seed") end
          local function mixed(k) return rotate(k * 0xcc9e2d51 & 0xffffffff, 15) * 0x1b873593 & 0xffffffff end
          while n >= 4 do
            h = (rotate(h ~ mixed(string.unpack("<I4", x, i)), 13) * 5 + 0xe6546b64) & 0xffffffff
            i, n = i + 4, n - 4
          end
          if n > 0 then h = h ~ mixed((string.unpack("<I4", x:sub(i) .. "\0\0\0"))) end
          h = h ~ #x
          h = (h ~ h >> 16) * 0x85ebca6b & 0xffffffff
          h = (h ~ h >> 13) * 0xc2b2ae35 & 0xffffffff
          return h ~ h >> 16
        end
        function functions.bucket(key, salt)
          if key == nil or text(key) == "" then return nil end
          local hash = functions.murmur2(salt and salt .. ":" .. key or key)
          local low, high = 0, 9999
          while low < high do
            local middle = (low + high + 1) // 2
            if hash >= middle * 4294967295 // 10000 then low = middle else high = middle - 1 end
          end
          return low
        end
        function functions.percent(key, salt)
          local bucket = functions.bucket(key, salt)
          return bucket and bucket / 100
        end
        function functions.now() return \#(DifferentialRequests.now) end

        """#

    static let main = #"""
        local function hex(text) return (text:gsub(".", function(c) return string.format("%02x", c:byte()) end)) end
        local function unhex(text) return (text:gsub("%x%x", function(h) return string.char(tonumber(h, 16)) end)) end
        local kind, bits = math.type, nil
        if kind then
          bits = function(value) return hex(string.pack(">d", value)) end
        else
          local ffi, bit = require("ffi"), require("bit")
          local double = ffi.new("union { double value; uint64_t bits; }")
          bits = function(value) double.value = value + 0.0 return bit.tohex(double.bits, 16) end
        end
        for _, request in ipairs(requests) do
          request.string, request.tonumber, request.tostring = string, tonumber, tostring
          request.tagged = function(name) return request.tag[name] ~= nil end
          for name, f in pairs(functions) do request[name] = f end
        end
        local input, output = io.open(arg[1], "rb"), io.open(arg[2], "wb")
        for line in input:lines() do
          local source, v, w, number = line:match("^(%x*) ([%x-]*)x ([%x-]*)x (%d+)$")
          local request = requests[tonumber(number) + 1]
          request.header.v = v ~= "-" and unhex(v) or nil
          request.header.w = w ~= "-" and unhex(w) or nil
          local chunk = load("return " .. unhex(source), "=x", "t", request)
          if not chunk then
            output:write("S\n")
          else
            local ok, value = pcall(chunk)
            local what = kind and kind(value) or type(value)
            if not ok then output:write("E\n")
            elseif what == "integer" then output:write("i:", string.format("%d", value), "\n")
            elseif what == "float" then output:write("f:", value ~= value and "nan" or bits(value), "\n")
            elseif what == "number" then output:write("n:", value ~= value and "nan" or bits(value == 0 and 0 or value), "\n")
            elseif what == "string" then output:write("s:", hex(value), "\n")
            else output:write(tostring(value), "\n") end
          end
        end
        output:close()
        """#
}
