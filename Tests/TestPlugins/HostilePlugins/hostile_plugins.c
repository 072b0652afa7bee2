#include "hostile_plugins.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tidegate_plugin.h"

#define EXPORT __attribute__((visibility("default")))

static const char descriptor[] =
    "{\"name\":\"%\",\"alias\":\"hostile\",\"kind\":\"scoring\",\"version\":\"1\",\"summary\":\"\",\"settings\":[],"
    "\"signals\":[{\"name\":\"x\",\"kind\":\"bool\",\"worse\":\"true\",\"summary\":\"\"}]}";

// Answers `describe` with a sound descriptor of the name in `context`; everything else is up to `answer`.
static int32_t describe(const char *name, uint8_t **out, size_t *out_length) {
    size_t before = (size_t)(strchr(descriptor, '%') - descriptor);
    size_t length = sizeof descriptor - 2 + strlen(name);
    char *text = malloc(length + 1);
    memcpy(text, descriptor, before);
    strcpy(text + before, name);
    strcat(text, descriptor + before + 1);
    *out = (uint8_t *)text;
    *out_length = length;
    return TIDEGATE_OK;
}

static void release(uint8_t *buffer) { free(buffer); }

static int32_t answer_text(const char *text, uint8_t **out, size_t *out_length) {
    *out = (uint8_t *)strdup(text);
    *out_length = strlen(text);
    return TIDEGATE_OK;
}

#define CALL(name)                                                                                                             \
    static int32_t name(void *context, uint32_t operation, const uint8_t *in, size_t in_length, uint8_t **out, size_t *out_length, \
                        uint32_t deadline_ms)

CALL(call_soundly) {
    (void)in, (void)in_length, (void)deadline_ms;
    return operation == TIDEGATE_DESCRIBE ? describe(context, out, out_length) : TIDEGATE_NO_OPERATION;
}

CALL(call_garbage) {
    (void)in, (void)in_length, (void)deadline_ms;
    return operation == TIDEGATE_DESCRIBE ? describe(context, out, out_length) : answer_text("\xff{{{ no json", out, out_length);
}

CALL(call_deep) {
    (void)in, (void)in_length, (void)deadline_ms;
    if (operation == TIDEGATE_DESCRIBE) return describe(context, out, out_length);
    static const char start[] = "{\"outputs\":[{\"release\":\"r-1\",\"signals\":[],\"sinceMark\":[],\"state\":";
    size_t depth = 400000;
    *out = malloc(sizeof start + depth);
    memcpy(*out, start, sizeof start - 1);
    memset(*out + sizeof start - 1, '[', depth);
    *out_length = sizeof start - 1 + depth;
    return TIDEGATE_OK;
}

CALL(call_oversize) {
    (void)in, (void)in_length, (void)deadline_ms;
    if (operation == TIDEGATE_DESCRIBE) return describe(context, out, out_length);
    int32_t status = answer_text("{}", out, out_length);
    *out_length = (size_t)1 << 40;
    return status;
}

CALL(call_strange_status) {
    (void)in, (void)in_length, (void)deadline_ms;
    return operation == TIDEGATE_DESCRIBE ? describe(context, out, out_length) : 4711;
}

CALL(call_undescribed) {
    (void)context, (void)operation, (void)in, (void)in_length, (void)deadline_ms;
    return answer_text("{\"name\":\"Undescribed\"}", out, out_length);
}

#define PLUGIN(Name, function)                                                                                      \
    EXPORT const void *tidegate_plugin_##Name(void) {                                                               \
        static const tidegate_plugin plugin = {.abi_version = TIDEGATE_PLUGIN_ABI_VERSION,                          \
                                               .struct_size = sizeof(tidegate_plugin),                              \
                                               .name = #Name,                                                       \
                                               .kind = "scoring",                                                   \
                                               .context = #Name,                                                    \
                                               .call = function,                                                    \
                                               .release = release};                                                 \
        return &plugin;                                                                                             \
    }

PLUGIN(GarbageAnswer, call_garbage)
PLUGIN(DeepAnswer, call_deep)
PLUGIN(OversizeAnswer, call_oversize)
PLUGIN(StrangeStatus, call_strange_status)
PLUGIN(Undescribed, call_undescribed)
PLUGIN(SoundInC, call_soundly)

EXPORT const void *tidegate_plugin_WrongVersion(void) {
    static const uint32_t plugin[2] = {99, sizeof(tidegate_plugin)};
    return plugin;
}

EXPORT const void *tidegate_plugin_WrongSize(void) {
    static const uint32_t plugin[2] = {TIDEGATE_PLUGIN_ABI_VERSION, 8};
    return plugin;
}

EXPORT const void *tidegate_plugin_WrongName(void) { return tidegate_plugin_SoundInC(); }

EXPORT const void *tidegate_plugin_NoTable(void) { return NULL; }

EXPORT const void *tidegate_plugin_CrashAtLoad(void) { abort(); }

EXPORT const void *tidegate_plugin_StallAtLoad(void) {
    for (;;) pause();
}
