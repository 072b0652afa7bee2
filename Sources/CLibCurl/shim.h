#ifndef TIDEGATE_CLIBCURL_H
#define TIDEGATE_CLIBCURL_H

#include <curl/curl.h>

// Swift does not import variadic functions, so each kind of argument gets a function of its own. The names stand in parentheses
// to get past curl's type-checking macros. Handles are `void *`, as libcurl 7 declares them, whatever later versions call them.

static inline CURLcode tidegate_easy_set_long(void *handle, CURLoption option, long value) {
    return (curl_easy_setopt)(handle, option, value);
}

static inline CURLcode tidegate_easy_set_offset(void *handle, CURLoption option, curl_off_t value) {
    return (curl_easy_setopt)(handle, option, value);
}

static inline CURLcode tidegate_easy_set_text(void *handle, CURLoption option, const char *value) {
    return (curl_easy_setopt)(handle, option, value);
}

static inline CURLcode tidegate_easy_set_bytes(void *handle, CURLoption option, const void *value) {
    return (curl_easy_setopt)(handle, option, value);
}

static inline CURLcode tidegate_easy_set_pointer(void *handle, CURLoption option, void *value) {
    return (curl_easy_setopt)(handle, option, value);
}

typedef size_t (*tidegate_data_callback)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode tidegate_easy_set_callback(void *handle, CURLoption option, tidegate_data_callback callback) {
    return (curl_easy_setopt)(handle, option, callback);
}

static inline long tidegate_easy_get_long(void *handle, CURLINFO info) {
    long value = 0;
    return (curl_easy_getinfo)(handle, info, &value) == CURLE_OK ? value : 0;
}

/// For the times in microseconds (`CURLINFO_..._TIME_T`).
static inline curl_off_t tidegate_easy_get_offset(void *handle, CURLINFO info) {
    curl_off_t value = 0;
    return (curl_easy_getinfo)(handle, info, &value) == CURLE_OK ? value : 0;
}

/// What was set as CURLOPT_PRIVATE.
static inline void *tidegate_easy_get_private(void *handle) {
    void *value = NULL;
    return (curl_easy_getinfo)(handle, CURLINFO_PRIVATE, &value) == CURLE_OK ? value : NULL;
}

static inline CURLMcode tidegate_multi_set_long(void *multi, CURLMoption option, long value) {
    return (curl_multi_setopt)(multi, option, value);
}

/// The result of a finished transfer; the union inside CURLMsg is not imported.
static inline CURLcode tidegate_message_result(const CURLMsg *message) {
    return message->data.result;
}

static inline CURLcode tidegate_global_init(void) {
    return curl_global_init(CURL_GLOBAL_DEFAULT);
}

#endif
