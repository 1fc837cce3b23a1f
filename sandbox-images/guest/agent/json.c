#include "json.h"

#include <stdlib.h>
#include <string.h>

#define DEEPEST 16

struct reader {
  const char *at;
  const char *end;
};

static struct json *read_value(struct reader *reader, int depth);

static void skip_space(struct reader *reader) {
  while (reader->at < reader->end && strchr(" \t\r\n", *reader->at) && *reader->at) reader->at++;
}

static int take(struct reader *reader, char letter) {
  skip_space(reader);
  if (reader->at >= reader->end || *reader->at != letter) return 0;
  reader->at++;
  return 1;
}

static int take_word(struct reader *reader, const char *word) {
  size_t length = strlen(word);
  if ((size_t)(reader->end - reader->at) < length || memcmp(reader->at, word, length)) return 0;
  reader->at += length;
  return 1;
}

static void add_code_point(struct text *text, unsigned long point) {
  char bytes[4];
  if (point < 0x80) {
    bytes[0] = (char)point;
    text_add(text, bytes, 1);
  } else if (point < 0x800) {
    bytes[0] = (char)(0xc0 | point >> 6);
    bytes[1] = (char)(0x80 | (point & 63));
    text_add(text, bytes, 2);
  } else if (point < 0x10000) {
    bytes[0] = (char)(0xe0 | point >> 12);
    bytes[1] = (char)(0x80 | (point >> 6 & 63));
    bytes[2] = (char)(0x80 | (point & 63));
    text_add(text, bytes, 3);
  } else {
    bytes[0] = (char)(0xf0 | point >> 18);
    bytes[1] = (char)(0x80 | (point >> 12 & 63));
    bytes[2] = (char)(0x80 | (point >> 6 & 63));
    bytes[3] = (char)(0x80 | (point & 63));
    text_add(text, bytes, 4);
  }
}

/* The four digits after \u, or -1. */
static long read_four(struct reader *reader) {
  if (reader->end - reader->at < 4) return -1;
  long value = 0;
  for (int place = 0; place < 4; place++) {
    char letter = *reader->at++;
    int digit = letter >= '0' && letter <= '9'   ? letter - '0'
                : letter >= 'a' && letter <= 'f' ? letter - 'a' + 10
                : letter >= 'A' && letter <= 'F' ? letter - 'A' + 10
                                                 : -1;
    if (digit < 0) return -1;
    value = value << 4 | digit;
  }
  return value;
}

static int read_escape(struct reader *reader, struct text *text) {
  if (reader->at >= reader->end) return -1;
  char letter = *reader->at++;
  static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
  const char *place = letter ? strchr(from, letter) : NULL;
  if (place) {
    text_add(text, &to[place - from], 1);
    return 0;
  }
  if (letter != 'u') return -1;
  long point = read_four(reader);
  if (point < 0) return -1;
  if (point >= 0xd800 && point < 0xdc00 && take_word(reader, "\\u")) {
    long low = read_four(reader);
    if (low < 0xdc00 || low > 0xdfff) return -1;
    point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
  }
  add_code_point(text, (unsigned long)point);
  return 0;
}

/* After the opening quote. Returns 0, or -1. */
static int read_string(struct reader *reader, struct text *text) {
  text_add(text, "", 0);
  while (reader->at < reader->end) {
    const char *start = reader->at;
    while (reader->at < reader->end && *reader->at != '"' && *reader->at != '\\' && (unsigned char)*reader->at >= 0x20)
      reader->at++;
    text_add(text, start, (size_t)(reader->at - start));
    if (reader->at >= reader->end) return -1;
    char letter = *reader->at++;
    if (letter == '"') return 0;
    if (letter != '\\' || read_escape(reader, text)) return -1;
  }
  return -1;
}

static int read_children(struct reader *reader, struct json *parent, int depth) {
  int object = parent->kind == JSON_OBJECT;
  char close = object ? '}' : ']';
  struct json **last = &parent->child;
  if (take(reader, close)) return 0;
  do {
    struct text name = {0};
    if (object && (!take(reader, '"') || read_string(reader, &name) || !take(reader, ':'))) {
      text_free(&name);
      return -1;
    }
    struct json *child = read_value(reader, depth);
    if (!child) {
      text_free(&name);
      return -1;
    }
    child->name = name.bytes;
    *last = child;
    last = &child->next;
    parent->length++;
  } while (take(reader, ','));
  return take(reader, close) ? 0 : -1;
}

static int read_number(struct reader *reader, double *number) {
  char digits[40];
  size_t length = 0;
  while (reader->at < reader->end && *reader->at && strchr("+-.0123456789eE", *reader->at)) {
    if (length == sizeof digits - 1) return -1;
    digits[length++] = *reader->at++;
  }
  digits[length] = '\0';
  char *end;
  *number = strtod(digits, &end);
  return length && !*end ? 0 : -1;
}

static struct json *read_value(struct reader *reader, int depth) {
  if (depth > DEEPEST) return NULL;
  skip_space(reader);
  if (reader->at >= reader->end) return NULL;
  struct json *value = must_allocate(sizeof *value);
  *value = (struct json){0};
  int bad = 0;
  if (*reader->at == '"') {
    reader->at++;
    struct text text = {0};
    value->kind = JSON_STRING;
    bad = read_string(reader, &text);
    value->string = text.bytes;
    value->length = text.length;
  } else if (*reader->at == '{' || *reader->at == '[') {
    value->kind = *reader->at++ == '{' ? JSON_OBJECT : JSON_ARRAY;
    bad = read_children(reader, value, depth + 1);
  } else if (take_word(reader, "true")) {
    value->kind = JSON_TRUE;
  } else if (take_word(reader, "false")) {
    value->kind = JSON_FALSE;
  } else if (!take_word(reader, "null")) {
    value->kind = JSON_NUMBER;
    bad = read_number(reader, &value->number);
  }
  if (!bad) return value;
  json_free(value);
  return NULL;
}

struct json *json_read(const char *text, size_t length) {
  struct reader reader = {text, text + length};
  struct json *value = read_value(&reader, 0);
  skip_space(&reader);
  if (value && reader.at == reader.end) return value;
  json_free(value);
  return NULL;
}

void json_free(struct json *value) {
  while (value) {
    struct json *next = value->next;
    json_free(value->child);
    free(value->name);
    free(value->string);
    free(value);
    value = next;
  }
}

const struct json *json_member(const struct json *object, const char *name) {
  if (!object || object->kind != JSON_OBJECT) return NULL;
  for (const struct json *child = object->child; child; child = child->next)
    if (!strcmp(child->name, name)) return child;
  return NULL;
}

const char *json_string(const struct json *object, const char *name) {
  const struct json *member = json_member(object, name);
  /* A NUL inside would cut a path short without a word. */
  return member && member->kind == JSON_STRING && strlen(member->string) == member->length ? member->string : NULL;
}

const struct json *json_number(const struct json *object, const char *name) {
  const struct json *member = json_member(object, name);
  return member && member->kind == JSON_NUMBER ? member : NULL;
}

/* Bytes of the UTF-8 sequence at `at`, or 0 when there is none. */
static size_t sequence_length(const unsigned char *at, size_t left) {
  size_t length = at[0] < 0x80 ? 1 : at[0] < 0xc2 ? 0 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : at[0] < 0xf5 ? 4 : 0;
  if (!length || length > left) return 0;
  for (size_t place = 1; place < length; place++)
    if ((at[place] & 0xc0) != 0x80) return 0;
  if (at[0] == 0xe0 && at[1] < 0xa0) return 0;
  if (at[0] == 0xed && at[1] > 0x9f) return 0;
  if (at[0] == 0xf0 && at[1] < 0x90) return 0;
  if (at[0] == 0xf4 && at[1] > 0x8f) return 0;
  return length;
}

void json_add_string(struct text *text, const char *string, size_t length) {
  const unsigned char *in = (const unsigned char *)string;
  text_add(text, "\"", 1);
  for (size_t at = 0; at < length;) {
    size_t run = sequence_length(in + at, length - at);
    if (!run) {
      text_add_string(text, "\\ufffd");
      run = 1;
    } else if (in[at] < 0x20 || in[at] == '"' || in[at] == '\\' || in[at] == 0x7f) {
      text_print(text, "\\u%04x", in[at]);
    } else {
      text_add(text, in + at, run);
    }
    at += run;
  }
  text_add(text, "\"", 1);
}
