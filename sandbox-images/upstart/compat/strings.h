/* Lists of strings, and the variables (KEY=VALUE) that some of them hold. */
#ifndef STRINGS_LIST_H
#define STRINGS_LIST_H

#include <stddef.h>

#include "text.h"

struct strings {
  char **items; /* NULL when nothing was ever added */
  size_t count;
};

/* strdup that never returns NULL. */
char *copy_string(const char *string);
/* Adds the strings up to NULL. */
void text_join(struct text *text, ...) __attribute__((sentinel));

void strings_add(struct strings *list, const char *string);
void strings_free(struct strings *list);
int strings_have(const struct strings *list, const char *string);

/* Sets a variable given as KEY=VALUE, in place of an earlier one of the name. */
void variables_set(struct strings *list, const char *assignment);
/* The value of a variable, or NULL. `length` is that of the name. */
const char *variables_get(const struct strings *list, const char *name, size_t length);
/* Adds `text` with $NAME and ${NAME} replaced. Returns -1 when a variable is not there, or a name is no name. */
int variables_expand(const struct strings *list, const char *text, struct text *result);

#endif
