/*
 * Reads the words of a job file, by Upstart's rules: quotes with ' and ", escapes, comments, lines that are
 * continued with a backslash, and blocks that end with `end NAME`.
 */
#ifndef READER_H
#define READER_H

#include <stddef.h>

struct reader {
  const char *bytes;
  size_t length;
  size_t at;
  size_t line;       /* of `at`, from 1 */
  const char *error; /* what was wrong, in Upstart's words; the line is `line` */
};

/* What ends a word of a stanza, besides the end of the file. */
#define WORD_ENDS " \t\r\n#"

/* Notes what is wrong and returns -1. */
int reader_fail(struct reader *reader, const char *error);

/* Whether something other than a comment or the end of the line comes next. */
int reader_has_word(const struct reader *reader);
/* Skips blanks, and ends of lines that are escaped. */
void reader_skip_blanks(struct reader *reader);
/* Goes to the next line. Fails when the line has more words. */
int reader_end_line(struct reader *reader);

/* The next word up to one of `ends`, without the blanks after it; NULL when there is none or it is wrong. Free it. */
char *reader_word(struct reader *reader, const char *ends, int dequote);
/* The next word without its quotes and escapes. */
char *reader_argument(struct reader *reader);
/* The rest of the line, as a command for a shell: quotes stay. Goes to the next line. */
char *reader_command(struct reader *reader);
/* The lines up to `end NAME`, without the blanks that all of them begin with. Goes to the line after. */
char *reader_block(struct reader *reader, const char *name);

#endif
