#define _GNU_SOURCE
#include "plugin_system.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

int tidegate_sealed_copy(const char *name, const void *bytes, size_t length) {
    int descriptor = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (descriptor < 0) return -errno;
    size_t written = 0;
    while (written < length) {
        ssize_t count = write(descriptor, (const char *)bytes + written, length - written);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) {
            int problem = count < 0 ? errno : EIO;
            close(descriptor);
            return -problem;
        }
        written += (size_t)count;
    }
    if (fcntl(descriptor, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) < 0) {
        int problem = errno;
        close(descriptor);
        return -problem;
    }
    return descriptor;
}

pid_t tidegate_spawn(const char *path, char *const arguments[], char *const environment[], int input, int output, int errors) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    pid_t child = 0;
    sigemptyset(&none);
    sigfillset(&all);
    int problem = posix_spawn_file_actions_init(&actions);
    if (problem) return -problem;
    problem = posix_spawnattr_init(&attributes);
    if (problem) {
        posix_spawn_file_actions_destroy(&actions);
        return -problem;
    }
    if (!problem) problem = posix_spawn_file_actions_adddup2(&actions, input, 0);
    if (!problem) problem = posix_spawn_file_actions_adddup2(&actions, output, 1);
    if (!problem) problem = posix_spawn_file_actions_adddup2(&actions, errors, 2);
    if (!problem) problem = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    if (!problem) problem = posix_spawnattr_setsigmask(&attributes, &none);
    if (!problem) problem = posix_spawnattr_setsigdefault(&attributes, &all);
    if (!problem) problem = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    if (!problem) problem = posix_spawn(&child, path, &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return problem ? -problem : child;
}

int tidegate_confine(pid_t parent, uint64_t address_space, uint64_t open_files) {
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0) return -errno;
    if (getppid() != parent) return -ESRCH;  // it ended before the line above
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) return -errno;
    struct rlimit core = {0, 0};
    struct rlimit memory = {address_space, address_space};
    struct rlimit files = {open_files, open_files};
    if (setrlimit(RLIMIT_CORE, &core) < 0 || setrlimit(RLIMIT_AS, &memory) < 0 || setrlimit(RLIMIT_NOFILE, &files) < 0) return -errno;
    return 0;
}

int tidegate_block_signals(void) {
    sigset_t all;
    sigfillset(&all);
    return -pthread_sigmask(SIG_SETMASK, &all, NULL);
}

void tidegate_name_thread(const char *name) {
    char kept[16] = {0};
    strncpy(kept, name, sizeof kept - 1);
    pthread_setname_np(pthread_self(), kept);
}

int tidegate_private_descriptor(int descriptor) {
    int copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
    return copy < 0 ? -errno : copy;
}

int tidegate_pipe(int ends[2]) {
    if (pipe2(ends, O_CLOEXEC) < 0) return -errno;
    for (int index = 0; index < 2; index++) {
        if (ends[index] >= 3) continue;
        int copy = tidegate_private_descriptor(ends[index]);
        if (copy < 0) {
            close(ends[0]);
            close(ends[1]);
            return copy;
        }
        close(ends[index]);
        ends[index] = copy;
    }
    return 0;
}

int tidegate_set_nonblocking(int descriptor) {
    int flags = fcntl(descriptor, F_GETFL);
    if (flags < 0 || fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) < 0) return -errno;
    return 0;
}

int tidegate_contains(const void *bytes, size_t length, const void *needle, size_t needle_length) {
    return memmem(bytes, length, needle, needle_length) != NULL;
}

void tidegate_flush_output(void) { fflush(NULL); }

void tidegate_line_output(void) { setvbuf(stdout, NULL, _IOLBF, 0); }
