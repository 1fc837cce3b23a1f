#include "strings.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

char *copy_string(const char *string) {
  size_t size = strlen(string) + 1;
  return memcpy(must_allocate(size), string, size);
}

void text_join(struct text *text, ...) {
  va_list parts;
  va_start(parts, text);
  for (const char *part; (part = va_arg(parts, const char *));) text_add_string(text, part);
  va_end(parts);
}

void strings_add(struct strings *list, const char *string) {
  /* Room for 1, 2, 4, 8 … */
  if (!(list->count & (list->count - 1))) {
    char **items = must_allocate((list->count ? list->count * 2 : 1) * sizeof *items);
    if (list->count) memcpy(items, list->items, list->count * sizeof *items);
    free(list->items);
    list->items = items;
  }
  list->items[list->count++] = copy_string(string);
}

void strings_free(struct strings *list) {
  for (size_t at = 0; at < list->count; at++) free(list->items[at]);
  free(list->items);
  *list = (struct strings){0};
}

int strings_have(const struct strings *list, const char *string) {
  for (size_t at = 0; at < list->count; at++)
    if (!strcmp(list->items[at], string)) return 1;
  return 0;
}

void variables_set(struct strings *list, const char *assignment) {
  size_t name = strcspn(assignment, "=") + 1;
  for (size_t at = 0; at < list->count; at++)
    if (!strncmp(list->items[at], assignment, name)) {
      char *copy = copy_string(assignment);
      free(list->items[at]);
      list->items[at] = copy;
      return;
    }
  strings_add(list, assignment);
}

const char *variables_get(const struct strings *list, const char *name, size_t length) {
  for (size_t at = 0; at < list->count; at++)
    if (!strncmp(list->items[at], name, length) && list->items[at][length] == '=') return list->items[at] + length + 1;
  return NULL;
}

int variables_expand(const struct strings *list, const char *text, struct text *result) {
  text_add(result, "", 0);
  while (*text) {
    if (*text != '$') {
      text_add(result, text++, 1);
      continue;
    }
    int braces = *++text == '{';
    if (braces) text++;
    size_t length = 0;
    while (isalnum((unsigned char)text[length]) || text[length] == '_') length++;
    const char *value = length ? variables_get(list, text, length) : NULL;
    if (!value || (braces && text[length] != '}')) return -1;
    text_add_string(result, value);
    text += length + (braces ? 1 : 0);
  }
  return 0;
}
