// Loaded before the C library: measures, on each thread that waits in epoll_wait, how long it was away between two waits.
// BENCH_HOLD names the file of the result: the longest times in microseconds, of CPU and of the wall clock. The first waits do not count.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

static __thread long long cpu, wall;
static __thread long returns;
static long long longest_cpu, longest_wall;

static long long now(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void note(long long used, long long passed) {
    if (used <= longest_cpu && passed <= longest_wall) return;
    if (used > longest_cpu) longest_cpu = used;
    if (passed > longest_wall) longest_wall = passed;
    char text[64];
    int length = snprintf(text, sizeof text, "%lld %lld\n", longest_cpu / 1000, longest_wall / 1000);
    int file = open(getenv("BENCH_HOLD"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (file < 0) return;
    if (write(file, text, length) < 0) longest_cpu = -1;
    close(file);
}

int epoll_wait(int queue, struct epoll_event *events, int most, int timeout) {
    static int (*wait)(int, struct epoll_event *, int, int);
    if (!wait) wait = (int (*)(int, struct epoll_event *, int, int))dlsym(RTLD_NEXT, "epoll_wait");
    if (++returns > 20) note(now(CLOCK_THREAD_CPUTIME_ID) - cpu, now(CLOCK_MONOTONIC) - wall);
    int found = wait(queue, events, most, timeout);
    cpu = now(CLOCK_THREAD_CPUTIME_ID);
    wall = now(CLOCK_MONOTONIC);
    return found;
}
