#include "openapi.h"
#include <string.h>

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char openapi[] = {
#embed "openapi.json"
};

size_t zoe_openapi_size(void) { return sizeof openapi; }

void zoe_openapi_copy(unsigned char *bytes) { memcpy(bytes, openapi, sizeof openapi); }
