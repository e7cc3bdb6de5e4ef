#include "include/rsa.h"

#include <limits.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

/* Without it, OpenSSL would ask for the password of an encrypted key on the terminal. */
static int no_password(char *buffer, int size, int is_writing, void *context) {
    (void)buffer, (void)size, (void)is_writing, (void)context;
    return -1;
}

static EVP_PKEY *read_key(const void *pem, size_t pem_count) {
    if (pem_count > INT_MAX) return NULL;
    BIO *source = BIO_new_mem_buf(pem, (int)pem_count);
    if (!source) return NULL;
    EVP_PKEY *key = PEM_read_bio_PrivateKey(source, NULL, no_password, NULL);
    BIO_free(source);
    if (key && EVP_PKEY_base_id(key) == EVP_PKEY_RSA) return key;
    EVP_PKEY_free(key);
    return NULL;
}

int zoe_rsa_sha256_sign(
    const void *pem, size_t pem_count, const void *bytes, size_t count, unsigned char *signature, size_t *signature_count) {
    EVP_PKEY *key = read_key(pem, pem_count);
    EVP_MD_CTX *context = key ? EVP_MD_CTX_new() : NULL;
    int result = context && EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) == 1
        && EVP_DigestSign(context, signature, signature_count, bytes, count) == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    /* What is left in the thread's queue would be taken for an error of the next TLS call. */
    ERR_clear_error();
    return result;
}
