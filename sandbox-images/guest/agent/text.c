#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *must_allocate(size_t size) {
  void *memory = malloc(size ? size : 1);
  if (!memory) {
    fputs("out of memory\n", stderr);
    exit(1);
  }
  return memory;
}

static void reserve(struct text *text, size_t more) {
  size_t needed = text->length + more + 1;
  if (needed <= text->room) return;
  size_t room = text->room ? text->room : 256;
  while (room < needed) room *= 2;
  char *bytes = realloc(text->bytes, room);
  if (!bytes) {
    fputs("out of memory\n", stderr);
    exit(1);
  }
  text->bytes = bytes;
  text->room = room;
}

void text_add(struct text *text, const void *bytes, size_t length) {
  reserve(text, length);
  if (length) memcpy(text->bytes + text->length, bytes, length);
  text->length += length;
  text->bytes[text->length] = '\0';
}

void text_add_string(struct text *text, const char *string) { text_add(text, string, strlen(string)); }

void text_print(struct text *text, const char *format, ...) {
  char line[512];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  if (length < 0) return;
  text_add(text, line, (size_t)length < sizeof line ? (size_t)length : sizeof line - 1);
}

void text_drop(struct text *text, size_t length) {
  text->length -= length;
  memmove(text->bytes, text->bytes + length, text->length);
  text->bytes[text->length] = '\0';
}

void text_free(struct text *text) {
  free(text->bytes);
  *text = (struct text){0};
}

static const char ALPHABET[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void text_add_base64(struct text *text, const void *bytes, size_t length) {
  const unsigned char *in = bytes;
  reserve(text, (length + 2) / 3 * 4);
  for (size_t at = 0; at < length; at += 3) {
    size_t left = length - at;
    unsigned long three = (unsigned long)in[at] << 16;
    if (left > 1) three |= (unsigned long)in[at + 1] << 8;
    if (left > 2) three |= in[at + 2];
    char four[4] = {ALPHABET[three >> 18], ALPHABET[three >> 12 & 63], left > 1 ? ALPHABET[three >> 6 & 63] : '=',
                    left > 2 ? ALPHABET[three & 63] : '='};
    text_add(text, four, 4);
  }
}

static int value_of(char letter) {
  const char *place = letter ? strchr(ALPHABET, letter) : NULL;
  return place ? (int)(place - ALPHABET) : -1;
}

int text_add_decoded(struct text *text, const char *base64, size_t length) {
  if (length % 4) return -1;
  for (size_t at = 0; at < length; at += 4) {
    int padding = 0;
    if (at + 4 == length) padding = base64[at + 3] != '=' ? 0 : base64[at + 2] != '=' ? 1 : 2;
    unsigned long three = 0;
    for (int place = 0; place < 4; place++) {
      int value = place >= 4 - padding ? 0 : value_of(base64[at + place]);
      if (value < 0) return -1;
      three = three << 6 | (unsigned long)value;
    }
    char out[3] = {(char)(three >> 16), (char)(three >> 8), (char)three};
    text_add(text, out, (size_t)(3 - padding));
  }
  return 0;
}
