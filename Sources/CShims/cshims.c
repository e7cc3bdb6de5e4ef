#define _GNU_SOURCE 1
#include "include/cshims.h"

#include <malloc.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/x509v3.h>

static __thread void *current_loop;

void *zoe_current_loop(void) { return current_loop; }
void zoe_set_current_loop(void *loop) { current_loop = loop; }

int zoe_eventfd(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

void zoe_name_thread(const char *name) {
    char kept[16];
    strncpy(kept, name, sizeof kept - 1);
    kept[sizeof kept - 1] = 0;
    pthread_setname_np(pthread_self(), kept);
}

int zoe_random(void *bytes, size_t count) {
    unsigned char *next = bytes;
    while (count > 0) {
        ssize_t got = getrandom(next, count, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return 0;
        next += got;
        count -= (size_t)got;
    }
    return 1;
}

int zoe_accept(int listener, struct sockaddr *address, socklen_t *length) {
    return accept4(listener, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

ssize_t zoe_send_file(int socket, int file, off_t offset, size_t count) { return sendfile(socket, file, &offset, count); }

int zoe_unnamed_file(const char *folder) {
    int file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT)) return file;
    char path[4096];
    int length = snprintf(path, sizeof path, "%s/zoetrope-XXXXXX", folder);
    if (length < 0 || (size_t)length >= sizeof path) return -1;
    file = mkostemp(path, O_CLOEXEC);
    if (file >= 0) unlink(path);
    return file;
}

char **zoe_environment(void) { return environ; }

unsigned long zoe_raise_descriptor_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur;
}

void zoe_ctx_harden(SSL_CTX *context) {
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
}

static const unsigned char http11[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

void zoe_ctx_set_alpn_client(SSL_CTX *context) { SSL_CTX_set_alpn_protos(context, http11, sizeof http11); }

static int select_http11(SSL *session, const unsigned char **chosen, unsigned char *length, const unsigned char *offered,
                         unsigned int offered_length, void *argument) {
    (void)session;
    (void)argument;
    unsigned char *found = NULL;
    if (SSL_select_next_proto(&found, length, http11, sizeof http11, offered, offered_length) != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_NOACK;
    *chosen = found;
    return SSL_TLSEXT_ERR_OK;
}

void zoe_ctx_set_alpn_server(SSL_CTX *context) { SSL_CTX_set_alpn_select_cb(context, select_http11, NULL); }

int zoe_ssl_expect_host(SSL *session, const char *name, int is_address) {
    SSL_set_verify(session, SSL_VERIFY_PEER, NULL);
    if (is_address) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), name);
    SSL_set_hostflags(session, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return SSL_set1_host(session, name) && SSL_set_tlsext_host_name(session, name);
}

const char *zoe_ssl_verify_error(SSL *session) {
    long result = SSL_get_verify_result(session);
    return result == X509_V_OK ? NULL : X509_verify_cert_error_string(result);
}

void zoe_ssl_quiet_shutdown(SSL *session) {
    SSL_set_shutdown(session, SSL_RECEIVED_SHUTDOWN);
    SSL_shutdown(session);
}

static EVP_MD *sha256;
static pthread_once_t sha256_found = PTHREAD_ONCE_INIT;
static void find_sha256(void) { sha256 = EVP_MD_fetch(NULL, "SHA256", NULL); }

int zoe_sha256(const void *bytes, size_t count, unsigned char *digest) {
    /* Looking the method up and making a context cost more than a short text's digest; each thread keeps its own. */
    static __thread EVP_MD_CTX *context;
    pthread_once(&sha256_found, find_sha256);
    if (!context) context = EVP_MD_CTX_new();
    return context && EVP_DigestInit_ex2(context, sha256, NULL) == 1 && EVP_DigestUpdate(context, bytes, count) == 1
        && EVP_DigestFinal_ex(context, digest, NULL) == 1;
}

int zoe_hmac_sha256(const void *key, size_t key_count, const void *bytes, size_t count, unsigned char *code) {
    unsigned int length = 0;
    if (key_count > INT_MAX) return 0;
    return HMAC(EVP_sha256(), key, (int)key_count, bytes, count, code, &length) != NULL && length == 32;
}

void zoe_keep_large_buffers(int single, int together) {
    mallopt(M_MMAP_THRESHOLD, single);
    mallopt(M_TRIM_THRESHOLD, together);
}
