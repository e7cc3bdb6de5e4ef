#include "embedded.h"
#include <string.h>

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char catalogue[] = {
#embed "../../config/catalogue.yaml"
};

size_t zoe_catalogue_size(void) { return sizeof catalogue; }

void zoe_catalogue_copy(unsigned char *bytes) { memcpy(bytes, catalogue, sizeof catalogue); }
