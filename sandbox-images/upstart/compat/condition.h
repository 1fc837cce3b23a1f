/* The conditions of `start on` and `stop on`: events joined by `and`, `or` and parentheses. */
#ifndef CONDITION_H
#define CONDITION_H

#include "reader.h"
#include "strings.h"

/* An event that has happened: its name, and its variables in order. */
struct event_facts {
  const char *name;
  const struct strings *variables;
};

enum condition_kind { CONDITION_EVENT, CONDITION_AND, CONDITION_OR };

struct condition {
  enum condition_kind kind;
  struct condition *left, *right; /* CONDITION_AND, CONDITION_OR */
  char *name;                     /* CONDITION_EVENT: the event's */
  struct strings matches;         /* CONDITION_EVENT: patterns, VALUE, NAME=VALUE or NAME!=VALUE */
  int holds;                      /* it has become true and was not reset since */
  struct strings variables;       /* CONDITION_EVENT that holds: the event's */
};

/* Reads a condition to the end of its line. NULL when it is wrong (the reader knows why). */
struct condition *condition_read(struct reader *reader);
void condition_free(struct condition *condition);

/*
 * Tells the condition that an event has happened. $NAME in its patterns comes from `environment`. Returns whether
 * the whole condition has become true by it.
 */
int condition_tell(struct condition *condition, const struct event_facts *event, const struct strings *environment);
/* Forgets what has happened. */
void condition_reset(struct condition *condition);
/* Of the events that made it true: adds the variables to `variables`, the names, joined by blanks, to `names`. */
void condition_collect(const struct condition *condition, struct strings *variables, struct text *names);
/* Adds the condition as one line that means the same. */
void condition_print(const struct condition *condition, struct text *text);

#endif
