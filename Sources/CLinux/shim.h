#pragma once
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <elf.h>
#include <malloc.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <resolv.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <unistd.h>

// The toolchain builds its Glibc module without _GNU_SOURCE, which hides these from Swift.
// They have stood in glibc with these signatures since 2.12.
extern int accept4(int fd, struct sockaddr *address, socklen_t *length, int flags);
extern int pthread_setname_np(pthread_t thread, const char *name);
extern int sched_getaffinity(int pid, size_t size, cpu_set_t *set);
extern int pipe2(int ends[2], int flags);
extern ssize_t splice(
    int in, int64_t *in_offset, int out, int64_t *out_offset, size_t count, unsigned int flags);
enum { OUTRIDER_SPLICE_NONBLOCK = 2, OUTRIDER_SETPIPE_SZ = 1031, OUTRIDER_GETPIPE_SZ = 1032 };

// The first members of glibc's struct, which is hidden in the same way.
struct outrider_object {
    uintptr_t base;
    const char *name;
    const Elf64_Phdr *segments;
    Elf64_Half count;
};
extern int dl_iterate_phdr(
    int (*visit)(struct outrider_object *object, size_t size, void *context), void *context);

// Asks DNS for the addresses of a name, with a second of patience for each server: how many bytes
// the answer has, -1 when there is no such name, -2 when nobody answers. `struct __res_state` holds
// unions and bit fields that Swift cannot fill in.
static inline int outrider_ask_dns(const char *name, int is_ipv6, unsigned char *answer, int size) {
    struct __res_state state;
    memset(&state, 0, sizeof state);
    if (res_ninit(&state) != 0) return -1;
    state.retrans = 1;
    state.retry = 1;
    int count = res_nsearch(&state, name, ns_c_in, is_ipv6 ? ns_t_aaaa : ns_t_a, answer, size);
    int is_silent = state.res_h_errno == TRY_AGAIN;
    res_nclose(&state);
    if (count < 0) return is_silent ? -2 : -1;
    return count < size ? count : size;
}

// The three calls of every request, asked of the kernel directly: in the C library they are places
// where a thread may be cancelled, which ours never are, and to say so costs as much again. Where a
// sanitizer listens to the C library, they are the library's.
extern void __tsan_init(void) __attribute__((weak));
extern void __asan_init(void) __attribute__((weak));

static inline int outrider_is_watched(void) { return __tsan_init != 0 || __asan_init != 0; }

static inline ssize_t outrider_recv(int fd, void *memory, size_t size, int flags) {
    if (outrider_is_watched()) return recv(fd, memory, size, flags);
    return syscall(SYS_recvfrom, fd, memory, size, flags, (void *)0, (void *)0);
}

static inline ssize_t outrider_send(int fd, const void *memory, size_t size, int flags) {
    if (outrider_is_watched()) return send(fd, memory, size, flags);
    return syscall(SYS_sendto, fd, memory, size, flags, (void *)0, 0);
}

static inline int outrider_epoll_wait(int fd, struct epoll_event *events, int most, int timeout) {
    if (outrider_is_watched()) return epoll_wait(fd, events, most, timeout);
    return (int)syscall(SYS_epoll_pwait, fd, events, most, timeout, (void *)0, (size_t)0);
}
