#pragma once
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <resolv.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/un.h>

// The toolchain builds its Glibc module without _GNU_SOURCE, which hides these from Swift.
// They have stood in glibc with these signatures since 2.12.
extern int accept4(int fd, struct sockaddr *address, socklen_t *length, int flags);
extern int pthread_setname_np(pthread_t thread, const char *name);
extern int sched_getaffinity(int pid, size_t size, cpu_set_t *set);

// Where the linker put the program's own code; arrays without a size are invisible to Swift.
extern const char __executable_start[];
extern const char etext[];
static inline void *outrider_code_start(void) { return (void *)__executable_start; }
static inline void *outrider_code_end(void) { return (void *)etext; }

// For how many seconds DNS vouches for the addresses of a name: the shortest of all records of the
// answer. -1 when it does not know the name, -2 when no server answers within a second.
static inline long outrider_record_lifetime(const char *name, int is_ipv6) {
    struct __res_state state;
    unsigned char answer[4096];
    ns_msg message;
    memset(&state, 0, sizeof state);
    if (res_ninit(&state) != 0) return -1;
    state.retrans = 1;
    state.retry = 1;
    int size = res_nsearch(&state, name, ns_c_in, is_ipv6 ? ns_t_aaaa : ns_t_a, answer, sizeof answer);
    int is_silent = state.res_h_errno == TRY_AGAIN;
    res_nclose(&state);
    if (size < 0) return is_silent ? -2 : -1;
    if (size > (int)sizeof answer) size = sizeof answer;
    if (ns_initparse(answer, size, &message) != 0) return -1;
    long shortest = -1;
    for (int index = 0; index < ns_msg_count(message, ns_s_an); index++) {
        ns_rr record;
        if (ns_parserr(&message, ns_s_an, index, &record) != 0) break;
        long seconds = ns_rr_ttl(record);
        if (shortest < 0 || seconds < shortest) shortest = seconds;
    }
    return shortest;
}
