/* The API for programs: OpenAPI 3.1, written by hand. */
#pragma once
#include <stddef.h>

/* Bytes of openapi.json. */
size_t zoe_openapi_size(void);
/* Copies them all. */
void zoe_openapi_copy(unsigned char *bytes);
