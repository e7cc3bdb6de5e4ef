/* Signatures with an RSA key. */
#pragma once
#include <sys/types.h>

/* Signs the bytes with RSASSA-PKCS1-v1_5 and SHA-256 by a private key in PEM without a password. `signature` has room for
   *signature_count bytes and holds as many as the count says afterwards. 1 on success. */
int zoe_rsa_sha256_sign(
    const void *pem, size_t pem_count, const void *bytes, size_t count, unsigned char *signature, size_t *signature_count);
