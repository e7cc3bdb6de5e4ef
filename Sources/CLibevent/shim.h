#pragma once
/* First of all: libevent's headers define _GNU_SOURCE, and an fd_set seen after that clashes with the one Swift's Glibc module has seen. */
#include <sys/types.h>

#include <event2/event.h>
#include <event2/listener.h>
#include <event2/util.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
