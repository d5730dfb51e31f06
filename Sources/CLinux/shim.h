#pragma once
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
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
