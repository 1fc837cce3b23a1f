/* A string of bytes that grows. Ends the program when memory is out: systemd starts it anew. */
#ifndef TEXT_H
#define TEXT_H

#include <stddef.h>

struct text {
  char *bytes; /* always followed by a NUL, unless nothing was ever added (then NULL) */
  size_t length;
  size_t room;
};

void text_add(struct text *text, const void *bytes, size_t length);
void text_add_string(struct text *text, const char *string);
/* Adds as printf would print it; for short things such as numbers. */
void text_print(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Takes `length` bytes from the front. */
void text_drop(struct text *text, size_t length);
void text_free(struct text *text);

/* Standard base64 with padding (RFC 4648 section 4). */
void text_add_base64(struct text *text, const void *bytes, size_t length);
/* Adds what `base64` stands for. Returns 0, or -1 when it is not base64. */
int text_add_decoded(struct text *text, const char *base64, size_t length);

/* malloc that never returns NULL. */
void *must_allocate(size_t size);

#endif
