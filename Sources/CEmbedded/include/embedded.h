/* Files of the repository that are part of the program. */
#pragma once
#include <stddef.h>
#include "console.h"
#include "openapi.h"

/* Bytes of config/catalogue.yaml. */
size_t zoe_catalogue_size(void);
/* Copies them all. */
void zoe_catalogue_copy(unsigned char *bytes);
