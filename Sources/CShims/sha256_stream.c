#include "include/sha256_stream.h"

#include <openssl/evp.h>

void *zoe_sha256_begin(void) {
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (context && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1) return context;
    EVP_MD_CTX_free(context);
    return NULL;
}

int zoe_sha256_update(void *stream, const void *bytes, size_t count) { return EVP_DigestUpdate(stream, bytes, count); }

int zoe_sha256_finish(void *stream, unsigned char *digest) { return EVP_DigestFinal_ex(stream, digest, NULL); }

void zoe_sha256_end(void *stream) { EVP_MD_CTX_free(stream); }
