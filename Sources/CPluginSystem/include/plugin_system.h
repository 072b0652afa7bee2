// The system calls that plugin processes need and that Swift cannot call itself (variadic, or GNU extensions).
// Every function returns a value of at least 0, or -errno.
#ifndef TIDEGATE_PLUGIN_SYSTEM_H
#define TIDEGATE_PLUGIN_SYSTEM_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// A descriptor of an anonymous file that holds a copy of the bytes and that nobody can change any more.
int tidegate_sealed_copy(const char *name, const void *bytes, size_t length);

// Starts a program in a session of its own, with `input`, `output` and `errors` as its only open descriptors (0, 1, 2), no blocked
// signals and default signal handling.
pid_t tidegate_spawn(const char *path, char *const arguments[], char *const environment[], int input, int output, int errors);

// What a plugin process gives up before it runs foreign code: outliving `parent`, new privileges, core dumps, more than
// `address_space` bytes and more than `open_files` descriptors. -ESRCH when the parent is gone already.
int tidegate_confine(pid_t parent, uint64_t address_space, uint64_t open_files);

// Blocks every signal on the calling thread; a write to a pipe without reader then fails with EPIPE and nothing else.
int tidegate_block_signals(void);

// Names the calling thread for debuggers; the kernel keeps 15 bytes.
void tidegate_name_thread(const char *name);

// A copy of a descriptor, at 3 or above, that a new program does not inherit.
int tidegate_private_descriptor(int descriptor);

// Two ends of a pipe, both at 3 or above, not inherited; `ends[0]` is read and `ends[1]` written.
int tidegate_pipe(int ends[2]);

int tidegate_set_nonblocking(int descriptor);

// 1 when the needle stands in the bytes, else 0.
int tidegate_contains(const void *bytes, size_t length, const void *needle, size_t needle_length);

// Writes what the C library still buffers, and prints line by line from now on.
void tidegate_flush_output(void);
void tidegate_line_output(void);

#endif
