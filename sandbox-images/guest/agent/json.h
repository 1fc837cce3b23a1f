/* JSON (RFC 8259), as much as the agent's protocol needs: a reader that makes a tree, a writer of strings. */
#ifndef JSON_H
#define JSON_H

#include "text.h"

enum json_kind { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json {
  enum json_kind kind;
  double number;
  char *string;      /* JSON_STRING: UTF-8, followed by a NUL */
  size_t length;     /* JSON_STRING: bytes; JSON_ARRAY, JSON_OBJECT: number of children */
  char *name;        /* this value's name when its parent is an object */
  struct json *child; /* first child */
  struct json *next;  /* next sibling */
};

/* Reads one value that fills `text` (white space around it apart). NULL when it is not JSON. */
struct json *json_read(const char *text, size_t length);
void json_free(struct json *value);

/* The member of an object, or NULL; the typed ones give NULL for another kind as well. */
const struct json *json_member(const struct json *object, const char *name);
const char *json_string(const struct json *object, const char *name);
const struct json *json_number(const struct json *object, const char *name);

/* Adds a string with quotes and escapes. Bytes that are not UTF-8 become U+FFFD. */
void json_add_string(struct text *text, const char *string, size_t length);

#endif
