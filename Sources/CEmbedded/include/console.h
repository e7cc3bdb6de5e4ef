/* The console's files, as they lie in the folder console/. */
#pragma once
#include <stddef.h>

size_t zoe_console_count(void);
/* The name of a file by its index, such as "index.html". */
const char *zoe_console_name(size_t index);
/* Its bytes. */
size_t zoe_console_size(size_t index);
/* Copies them all. */
void zoe_console_copy(size_t index, unsigned char *bytes);
