#include "reader.h"

#include <stdlib.h>
#include <string.h>

#include "strings.h"

int reader_fail(struct reader *reader, const char *error) {
  reader->error = error;
  return -1;
}

/* strchr that does not find the NUL at the end. */
static int is_one_of(char letter, const char *letters) { return letter && strchr(letters, letter); }

static int is_blank(char letter) { return is_one_of(letter, " \t\r"); }

int reader_has_word(const struct reader *reader) {
  return reader->at < reader->length && !is_one_of(reader->bytes[reader->at], "\n#");
}

static int at_escaped_newline(const struct reader *reader) {
  return reader->length - reader->at > 1 && reader->bytes[reader->at] == '\\' && reader->bytes[reader->at + 1] == '\n';
}

void reader_skip_blanks(struct reader *reader) {
  while (reader->at < reader->length) {
    if (at_escaped_newline(reader)) {
      reader->at += 2;
      reader->line++;
    } else if (is_blank(reader->bytes[reader->at])) reader->at++;
    else return;
  }
}

static void next_line(struct reader *reader) {
  while (reader->at < reader->length && reader->bytes[reader->at] != '\n') reader->at++;
  if (reader->at == reader->length) return;
  reader->at++;
  reader->line++;
}

int reader_end_line(struct reader *reader) {
  if (reader_has_word(reader)) return reader_fail(reader, "Unexpected token");
  next_line(reader);
  return 0;
}

/* Blanks that may be inside of what is read: they count only when something follows. */
struct blanks {
  struct text text;
  int newline; /* an end of line is among them: all of them become one space */
};

static void flush(struct text *word, struct blanks *blanks) {
  if (blanks->newline) text_add(word, " ", 1);
  else if (blanks->text.length) text_add(word, blanks->text.bytes, blanks->text.length);
  blanks->text.length = 0;
  blanks->newline = 0;
}

static int read_word(struct reader *reader, const char *ends, int dequote, struct text *word, struct blanks *blanks) {
  char quote = 0;
  for (; reader->at < reader->length; reader->at++) {
    char letter = reader->bytes[reader->at];
    if (letter == '\0') return reader_fail(reader, "Unexpected token");
    if (letter == '\\') {
      if (++reader->at == reader->length) return reader_fail(reader, "Trailing slash in file");
      letter = reader->bytes[reader->at];
      if (letter == '\0') return reader_fail(reader, "Unexpected token");
      if (letter == '\n') {
        blanks->newline = 1;
        reader->line++;
        continue;
      }
      flush(word, blanks);
      /* Only a backslash and a blank are escaped; before anything else the backslash is a letter as any other. */
      if (!dequote || (letter != '\\' && !is_blank(letter))) text_add(word, "\\", 1);
      text_add(word, &letter, 1);
      continue;
    }
    if (quote ? letter == quote : letter == '"' || letter == '\'') {
      quote = quote ? 0 : letter;
      flush(word, blanks);
      if (!dequote) text_add(word, &letter, 1);
      continue;
    }
    if (quote && letter == '\n') {
      blanks->newline = 1;
      reader->line++;
      continue;
    }
    if (!quote && is_one_of(letter, ends)) break;
    if (is_blank(letter)) {
      text_add(&blanks->text, &letter, 1);
      continue;
    }
    flush(word, blanks);
    text_add(word, &letter, 1);
  }
  return quote ? reader_fail(reader, "Unterminated quoted string") : 0;
}

char *reader_word(struct reader *reader, const char *ends, int dequote) {
  struct text word = {0};
  struct blanks blanks = {0};
  text_add(&word, "", 0);
  int bad = read_word(reader, ends, dequote, &word, &blanks);
  text_free(&blanks.text);
  if (!bad && word.length) {
    reader_skip_blanks(reader);
    return word.bytes;
  }
  if (!bad) reader_fail(reader, "Expected token");
  text_free(&word);
  return NULL;
}

char *reader_argument(struct reader *reader) { return reader_word(reader, WORD_ENDS, 1); }

char *reader_command(struct reader *reader) {
  struct text command = {0};
  struct blanks blanks = {0};
  text_add(&command, "", 0);
  int bad = read_word(reader, "\n#", 0, &command, &blanks);
  text_free(&blanks.text);
  if (!bad && reader_end_line(reader) == 0) return command.bytes;
  text_free(&command);
  return NULL;
}

/* Whether the line at `at` is `end NAME`. `after` is where the next line begins. */
static int is_block_end(const struct reader *reader, const char *name, size_t *after) {
  const char *bytes = reader->bytes;
  size_t at = reader->at, length = reader->length;
  while (at < length && is_blank(bytes[at])) at++;
  if (length - at < 4 || memcmp(bytes + at, "end", 3) || !is_blank(bytes[at + 3])) return 0;
  for (at += 3; at < length && is_blank(bytes[at]);) at++;
  if (length - at < strlen(name) || memcmp(bytes + at, name, strlen(name))) return 0;
  for (at += strlen(name); at < length && is_blank(bytes[at]);) at++;
  if (at < length && bytes[at] == '#')
    while (at < length && bytes[at] != '\n') at++;
  if (at < length && bytes[at] != '\n') return 0;
  *after = at < length ? at + 1 : at;
  return 1;
}

/* How many blanks all lines of the block from `start` to `end` begin with alike. */
static size_t common_indent(const char *bytes, size_t start, size_t end) {
  size_t indent = 0;
  while (start + indent < end && is_blank(bytes[start + indent])) indent++;
  for (size_t line = start; line < end;) {
    size_t same = 0;
    while (same < indent && bytes[line + same] == bytes[start + same]) same++;
    indent = same;
    const char *newline = memchr(bytes + line, '\n', end - line);
    line = newline ? (size_t)(newline - bytes) + 1 : end;
  }
  return indent;
}

char *reader_block(struct reader *reader, const char *name) {
  size_t start = reader->at, after;
  while (!is_block_end(reader, name, &after)) {
    if (reader->at == reader->length) {
      reader_fail(reader, "Unterminated block");
      return NULL;
    }
    next_line(reader);
  }
  size_t end = reader->at;
  if (memchr(reader->bytes + start, '\0', end - start)) {
    reader_fail(reader, "Unexpected token");
    return NULL;
  }
  if (after > end && reader->bytes[after - 1] == '\n') reader->line++;
  reader->at = after;

  struct text block = {0};
  text_add(&block, "", 0);
  size_t indent = common_indent(reader->bytes, start, end);
  for (size_t line = start; line < end;) {
    const char *newline = memchr(reader->bytes + line, '\n', end - line);
    size_t next = newline ? (size_t)(newline - reader->bytes) + 1 : end;
    text_add(&block, reader->bytes + line + indent, next - line - indent);
    line = next;
  }
  return block.bytes;
}
