// Finds what gives a JSON text its shape, 64 bytes at a time, as Langdale and Lemire do it: "Parsing Gigabytes of JSON per Second",
// VLDB Journal 28 (2019), section 3.1. Swift has no way to turn a comparison of sixteen bytes into sixteen bits.
#include <stdint.h>
#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

// What goes over from one block of 64 bytes to the next; all zero at the beginning of a text.
typedef struct {
    // All ones where the block begins within a string.
    uint64_t string;
    // One where the first byte of the block follows on an escaping backslash.
    uint64_t escaped;
} json_carry;

// Bit i is of byte i of the block.
typedef struct {
    // Quotes that begin or end a string, braces and brackets outside of strings, backslashes and control characters within them.
    uint64_t marks;
    // Braces and brackets outside of strings.
    uint64_t opens;
    uint64_t closes;
} json_block;

// The bytes of a block by what they are.
typedef struct {
    uint64_t quotes, backslashes, controls, opens, closes;
} json_classes;

#if defined(__SSE2__)
static inline uint64_t json_bits(__m128i a, __m128i b, __m128i c, __m128i d) {
    return (uint64_t)(uint16_t)_mm_movemask_epi8(a) | (uint64_t)(uint16_t)_mm_movemask_epi8(b) << 16
        | (uint64_t)(uint16_t)_mm_movemask_epi8(c) << 32 | (uint64_t)(uint16_t)_mm_movemask_epi8(d) << 48;
}

static inline __m128i json_equal(__m128i bytes, char byte) { return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(byte)); }

static inline json_classes json_classify(const uint8_t *bytes) {
    __m128i v[4], lower[4];
    for (int i = 0; i < 4; i++) {
        v[i] = _mm_loadu_si128((const __m128i *)(bytes + 16 * i));
        // With this bit set '[' is '{' and ']' is '}', and nothing else is either.
        lower[i] = _mm_or_si128(v[i], _mm_set1_epi8(0x20));
    }
#define JSON_EACH(expression) \
    json_bits(({ int i = 0; expression; }), ({ int i = 1; expression; }), ({ int i = 2; expression; }), ({ int i = 3; expression; }))
    json_classes classes;
    classes.quotes = JSON_EACH(json_equal(v[i], '"'));
    classes.backslashes = JSON_EACH(json_equal(v[i], '\\'));
    classes.controls = JSON_EACH(_mm_cmpeq_epi8(_mm_min_epu8(v[i], _mm_set1_epi8(0x1F)), v[i]));
    classes.opens = JSON_EACH(json_equal(lower[i], '{'));
    classes.closes = JSON_EACH(json_equal(lower[i], '}'));
#undef JSON_EACH
    return classes;
}
#else
static inline json_classes json_classify(const uint8_t *bytes) {
    json_classes classes = {0, 0, 0, 0, 0};
    for (int i = 0; i < 64; i++) {
        uint64_t bit = (uint64_t)1 << i;
        uint8_t byte = bytes[i];
        if (byte == '"') classes.quotes |= bit;
        if (byte == '\\') classes.backslashes |= bit;
        if (byte < 0x20) classes.controls |= bit;
        if ((byte | 0x20) == '{') classes.opens |= bit;
        if ((byte | 0x20) == '}') classes.closes |= bit;
    }
    return classes;
}
#endif

// The marks of the next 64 bytes of a text, or of the `available` ones that are left of it.
static inline json_block json_next(const uint8_t *bytes, int64_t available, json_carry *carry) {
    uint8_t rest[64];
    if (__builtin_expect(available < 64, 0)) {
        memset(rest, ' ', sizeof rest);
        memcpy(rest, bytes, (size_t)available);
        bytes = rest;
    }
    json_classes classes = json_classify(bytes);
    uint64_t escaped = carry->escaped;
    carry->escaped = 0;
    for (uint64_t left = classes.backslashes; left; left &= left - 1) {
        uint64_t bit = left & -left;
        if (escaped & bit) continue;
        escaped |= bit << 1;
        carry->escaped = bit >> 63;
    }
    uint64_t quotes = classes.quotes & ~escaped;
    // Each bit becomes the parity of the quotes up to it: ones from an opening quote to before the closing one.
    uint64_t inside = quotes;
    for (int shift = 1; shift < 64; shift <<= 1) inside ^= inside << shift;
    inside ^= carry->string;
    carry->string = (uint64_t)((int64_t)inside >> 63);
    json_block block;
    block.opens = classes.opens & ~inside;
    block.closes = classes.closes & ~inside;
    block.marks = block.opens | block.closes | quotes | ((classes.backslashes | classes.controls) & inside);
    return block;
}

// Asks for the memory at an address to be at hand soon.
static inline void memory_prefetch(const void *address) { __builtin_prefetch(address); }
