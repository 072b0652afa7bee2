// The boundary between Tidegate and a plugin: a shared object lib<Name>.so that exports one function,
//
//     const void *tidegate_plugin_<Name>(void);
//
// which returns a `struct tidegate_plugin` that lives as long as the process. Only C types and bytes cross.
//
// Control-plane calls carry JSON (RFC 8259, UTF-8, at most TIDEGATE_MESSAGE_LIMIT bytes each way) and a deadline.
// The routing path carries a flat struct and allocates nothing.
//
// A field is added only at the end of a struct; its size then tells the two sides apart. What cannot be said that way raises
// TIDEGATE_PLUGIN_ABI_VERSION, and the host refuses every other version.
#ifndef TIDEGATE_PLUGIN_H
#define TIDEGATE_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#define TIDEGATE_PLUGIN_ABI_VERSION 1u
#define TIDEGATE_MESSAGE_LIMIT 16777216u  // 16 MiB

// Operations of `call`.
enum {
    TIDEGATE_DESCRIBE = 1,
    TIDEGATE_VALIDATE = 2,
    TIDEGATE_COLLECT = 3,
    TIDEGATE_EVALUATE = 4,
    TIDEGATE_TABLE = 5,
    TIDEGATE_APPLY = 6,
    TIDEGATE_READ = 7
};

// What `call`, `route_create` and `route` return.
enum {
    TIDEGATE_OK = 0,            // `out` holds the answer
    TIDEGATE_FAILED = 1,        // `out` holds {"code":...,"reason":...}
    TIDEGATE_NO_OPERATION = 2,  // this plugin does not answer the operation; `out` is null
    TIDEGATE_BAD_ARGUMENT = 3   // a null pointer or a struct of an unknown size; `out` is null
};

// `length` bytes that are not zero-terminated. `bytes` may be null when `length` is 0.
typedef struct tidegate_slice {
    const uint8_t *bytes;
    size_t length;
} tidegate_slice;

typedef struct tidegate_header {
    tidegate_slice name;
    tidegate_slice value;
} tidegate_header;

// One request, as the routing path sees it. Everything in it belongs to the caller and is valid during `route` only.
typedef struct tidegate_request {
    uint32_t struct_size;  // sizeof(tidegate_request)
    uint32_t header_count;
    tidegate_slice method;
    tidegate_slice path;  // with the query, as the client sent it
    tidegate_slice host;
    tidegate_slice scheme;
    tidegate_slice client_address;
    const tidegate_header *headers;
} tidegate_request;

// Where one request goes. Indices are those of the plan that `route_create` was given; -1 stands for none.
typedef struct tidegate_assignment {
    uint32_t struct_size;  // sizeof(tidegate_assignment), set by the caller
    int32_t arm;           // index into plan.arms
    int32_t rule;          // index into plan.routing.rules; -1 when weights decided
    int32_t bucket;        // 0 to 9999; -1 when there is no key
    uint64_t colors;       // bit i: plan.routing.colors[i] holds (the first 64)
    uint32_t errors;       // expressions that could not be evaluated and so did not match
    uint32_t reserved;
} tidegate_assignment;

typedef struct tidegate_plugin {
    uint32_t abi_version;  // TIDEGATE_PLUGIN_ABI_VERSION
    uint32_t struct_size;  // sizeof(tidegate_plugin)
    const char *name;      // <Name>, as in the file's name
    const char *kind;      // routing, coloring, scoring, signals, metrics or dataPlane
    void *context;         // passed back to `call` and `route_create`

    // Answers one operation. The answer is written to `*out` and given back with `release`. `deadline_ms` is what is left.
    int32_t (*call)(void *context, uint32_t operation, const uint8_t *in, size_t in_length, uint8_t **out, size_t *out_length,
                    uint32_t deadline_ms);
    void (*release)(uint8_t *buffer);

    // The routing path, for plugins that run inside the process that routes; all three are null elsewhere.
    // `route_create` takes a traffic plan as JSON. `route` may be called from many threads at once.
    int32_t (*route_create)(void *context, const uint8_t *in, size_t in_length, void **handle, uint8_t **error, size_t *error_length);
    int32_t (*route)(void *handle, const tidegate_request *request, tidegate_assignment *assignment);
    void (*route_destroy)(void *handle);
} tidegate_plugin;

#endif
