#include "include/tls_sessions.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* One session for each of the servers used last. */
enum { ROOM = 64 };

struct kept {
    pthread_mutex_t mutex;
    unsigned next;
    struct {
        char *name;
        SSL_SESSION *session;
    } places[ROOM];
};

static int place_in_context = -1;
static pthread_once_t place_found = PTHREAD_ONCE_INIT;

static void free_kept(void *parent, void *pointer, CRYPTO_EX_DATA *data, int index, long number, void *argument) {
    (void)parent, (void)data, (void)index, (void)number, (void)argument;
    struct kept *kept = pointer;
    if (!kept) return;
    for (int i = 0; i < ROOM; i++) {
        free(kept->places[i].name);
        SSL_SESSION_free(kept->places[i].session);
    }
    pthread_mutex_destroy(&kept->mutex);
    free(kept);
}

static void find_place(void) { place_in_context = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, free_kept); }

/* The place of a name, or the one to be used next. */
static int place_of(struct kept *kept, const char *name) {
    for (int i = 0; i < ROOM; i++)
        if (kept->places[i].name && strcmp(kept->places[i].name, name) == 0) return i;
    return (int)(kept->next++ % ROOM);
}

/* Called by OpenSSL for each new session; 1: it is ours now. */
static int keep(SSL *connection, SSL_SESSION *session) {
    const char *name = SSL_get_servername(connection, TLSEXT_NAMETYPE_host_name);
    struct kept *kept = SSL_CTX_get_ex_data(SSL_get_SSL_CTX(connection), place_in_context);
    char *copy = name && kept ? strdup(name) : NULL;
    if (!copy) return 0;
    pthread_mutex_lock(&kept->mutex);
    int i = place_of(kept, copy);
    free(kept->places[i].name);
    SSL_SESSION_free(kept->places[i].session);
    kept->places[i].name = copy;
    kept->places[i].session = session;
    pthread_mutex_unlock(&kept->mutex);
    return 1;
}

void zoe_ctx_keep_sessions(SSL_CTX *context) {
    pthread_once(&place_found, find_place);
    struct kept *kept = calloc(1, sizeof *kept);
    if (!kept) return;
    pthread_mutex_init(&kept->mutex, NULL);
    if (SSL_CTX_set_ex_data(context, place_in_context, kept) != 1) return free(kept);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, keep);
}

void zoe_ssl_resume(SSL *connection, const char *name) {
    struct kept *kept = SSL_CTX_get_ex_data(SSL_get_SSL_CTX(connection), place_in_context);
    if (!kept) return;
    pthread_mutex_lock(&kept->mutex);
    for (int i = 0; i < ROOM; i++)
        if (kept->places[i].name && strcmp(kept->places[i].name, name) == 0) SSL_set_session(connection, kept->places[i].session);
    pthread_mutex_unlock(&kept->mutex);
}
