/* TLS sessions of clients, so that a later connection to the same server needs no full handshake. */
#pragma once
#include <openssl/ssl.h>

/* Keeps a context's latest session with each server name. */
void zoe_ctx_keep_sessions(SSL_CTX *context);
/* Offers the session that is kept for the name, if there is one. */
void zoe_ssl_resume(SSL *connection, const char *name);
