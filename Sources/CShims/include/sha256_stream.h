/* SHA-256 of bytes that come one after the other. */
#pragma once
#include <sys/types.h>

/* A new digest, or NULL. */
void *zoe_sha256_begin(void);
/* Takes more bytes; 1 on success. */
int zoe_sha256_update(void *stream, const void *bytes, size_t count);
/* Writes 32 bytes; nothing may follow but the end. 1 on success. */
int zoe_sha256_finish(void *stream, unsigned char *digest);
/* Frees the digest. */
void zoe_sha256_end(void *stream);
