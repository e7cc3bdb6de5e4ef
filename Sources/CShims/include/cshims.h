/* What Swift cannot say of C: thread-local variables, and OpenSSL's function-like macros. */
#pragma once
#include <sys/types.h>
#include <sys/socket.h>
#include <openssl/ssl.h>
#include "rsa.h"
#include "sha256_stream.h"
#include "tls_sessions.h"

/* The event loop whose thread this is, or NULL. */
void *zoe_current_loop(void);
void zoe_set_current_loop(void *loop);

/* A non-blocking eventfd; -1 on failure. */
int zoe_eventfd(void);
/* Names the calling thread; 15 bytes are kept. */
void zoe_name_thread(const char *name);
/* Random bytes from the kernel; 1 on success. */
int zoe_random(void *bytes, size_t count);
/* accept4 with SOCK_NONBLOCK and SOCK_CLOEXEC. */
int zoe_accept(int listener, struct sockaddr *address, socklen_t *length);
/* sendfile from an offset, which the file keeps for itself. */
ssize_t zoe_send_file(int socket, int file, off_t offset, size_t count);
/* A read-write file without a name in the folder, or -1. */
int zoe_unnamed_file(const char *folder);

/* The process's environment, ended by NULL. */
char **zoe_environment(void);
/* Lets the process open as many descriptors as it may; the new limit. */
unsigned long zoe_raise_descriptor_limit(void);

// Keeps memory of large bodies for the next ones: what the allocator may hold back, per arena, in bytes.
void zoe_keep_large_buffers(int single, int together);

/* TLS 1.2 or newer, small idle connections, no renegotiation. */
void zoe_ctx_harden(SSL_CTX *context);
/* Offers (client) or selects (server) "http/1.1" by ALPN. */
void zoe_ctx_set_alpn_client(SSL_CTX *context);
void zoe_ctx_set_alpn_server(SSL_CTX *context);
/* Sends the name (SNI) and demands that the certificate carries it; 1 on success. */
int zoe_ssl_expect_host(SSL *session, const char *name, int is_address);
/* Why verification failed, or NULL. */
const char *zoe_ssl_verify_error(SSL *session);
/* Sends close_notify without waiting for the peer's. */
void zoe_ssl_quiet_shutdown(SSL *session);
/* SHA-256 of the bytes into 32 bytes; 1 on success. */
int zoe_sha256(const void *bytes, size_t count, unsigned char *digest);
/* HMAC-SHA256 of the bytes into 32 bytes; 1 on success. */
int zoe_hmac_sha256(const void *key, size_t key_count, const void *bytes, size_t count, unsigned char *code);
