#include "condition.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

/* Deeper conditions are refused; nobody writes them, and each level costs stack. */
#define DEEPEST 50
#define MOST_OPERATORS 500

static struct condition *read_operators(struct reader *reader, int depth);

static struct condition *new_condition(enum condition_kind kind) {
  struct condition *condition = must_allocate(sizeof *condition);
  *condition = (struct condition){.kind = kind};
  return condition;
}

void condition_free(struct condition *condition) {
  /* A long chain of operators is deep on its left side only. */
  while (condition) {
    struct condition *left = condition->left;
    condition_free(condition->right);
    free(condition->name);
    strings_free(&condition->matches);
    strings_free(&condition->variables);
    free(condition);
    condition = left;
  }
}

/* Whether a word, or inside of parentheses one on a later line, comes next. */
static int find_word(struct reader *reader, int depth) {
  for (;;) {
    reader_skip_blanks(reader);
    if (reader_has_word(reader)) return 1;
    if (!depth || reader->at == reader->length) return 0;
    reader_end_line(reader);
  }
}

/* What comes next: '(', ')', '&', '|', or 'w' for a word that is no operator; 0 at the end, -1 for a wrong word. */
static int look(struct reader *reader, int depth) {
  if (!find_word(reader, depth)) return 0;
  char letter = reader->bytes[reader->at];
  if (letter == '(' || letter == ')') return letter;
  struct reader ahead = *reader;
  /* With its quotes, so that "and" in quotes is a word. */
  char *word = reader_word(&ahead, "()" WORD_ENDS, 0);
  if (!word) {
    *reader = ahead;
    return -1;
  }
  int kind = !strcmp(word, "and") ? '&' : !strcmp(word, "or") ? '|' : 'w';
  free(word);
  return kind;
}

static void skip(struct reader *reader, int kind) {
  if (kind == '(' || kind == ')') reader->at++;
  else free(reader_word(reader, "()" WORD_ENDS, 0));
}

static struct condition *fail(struct reader *reader, struct condition *condition, const char *error) {
  if (error) reader_fail(reader, error);
  condition_free(condition);
  return NULL;
}

static struct condition *read_event(struct reader *reader, int depth) {
  struct condition *event = new_condition(CONDITION_EVENT);
  int named = 0;
  while (look(reader, depth) == 'w') {
    char *word = reader_word(reader, "()" WORD_ENDS, 1);
    if (!word) return fail(reader, event, NULL);
    if (!event->name) {
      event->name = word;
      continue;
    }
    strings_add(&event->matches, word);
    int has_name = strchr(word, '=') != NULL;
    free(word);
    if (named && !has_name) return fail(reader, event, "Expected variable name before value");
    named |= has_name;
  }
  return event;
}

static struct condition *read_operand(struct reader *reader, int depth) {
  int kind = look(reader, depth);
  if (kind < 0) return NULL;
  if (kind == 'w') return read_event(reader, depth);
  if (kind == ')' && !depth) return fail(reader, NULL, "Mismatched parentheses");
  if (kind != '(') return fail(reader, NULL, depth && !kind ? "Mismatched parentheses" : "Expected event");
  if (depth == DEEPEST) return fail(reader, NULL, "Too many parentheses");
  skip(reader, kind);
  struct condition *group = read_operators(reader, depth + 1);
  if (!group) return NULL;
  if (look(reader, depth + 1) != ')') return fail(reader, group, reader->error ? NULL : "Mismatched parentheses");
  skip(reader, ')');
  return group;
}

static struct condition *read_operators(struct reader *reader, int depth) {
  struct condition *left = read_operand(reader, depth);
  for (int operators = 0; left; operators++) {
    int kind = look(reader, depth);
    if (kind < 0) return fail(reader, left, NULL);
    if (kind == 'w' || kind == '(') return fail(reader, left, "Expected operator");
    if (kind != '&' && kind != '|') break;
    if (operators == MOST_OPERATORS) return fail(reader, left, "Too many operators");
    skip(reader, kind);
    struct condition *both = new_condition(kind == '&' ? CONDITION_AND : CONDITION_OR);
    both->left = left;
    both->right = read_operand(reader, depth);
    if (!both->right) return fail(reader, both, NULL);
    left = both;
  }
  return left;
}

struct condition *condition_read(struct reader *reader) {
  struct condition *condition = read_operators(reader, 0);
  if (!condition) return NULL;
  if (look(reader, 0) == ')') return fail(reader, condition, "Mismatched parentheses");
  if (reader->error || reader_end_line(reader)) return fail(reader, condition, NULL);
  return condition;
}

/* Whether one pattern fits; `place` is the event's variable that a pattern without a name is about. */
static int fits(const char *pattern, const struct event_facts *event, size_t place, const struct strings *environment) {
  const char *equals = strchr(pattern, '=');
  const char *value;
  int negated = 0;
  if (equals) {
    negated = equals > pattern && equals[-1] == '!';
    value = variables_get(event->variables, pattern, (size_t)(equals - pattern) - (negated ? 1 : 0));
    pattern = equals + 1;
  } else {
    if (place >= event->variables->count) return 0;
    value = strchr(event->variables->items[place], '=');
    if (value) value++;
  }
  if (!value) return 0;
  struct text expanded = {0};
  int fit = !variables_expand(environment, pattern, &expanded) &&
            (fnmatch(expanded.bytes, value, 0) == 0) != negated;
  text_free(&expanded);
  return fit;
}

static int event_fits(const struct condition *condition, const struct event_facts *event,
                      const struct strings *environment) {
  if (strcmp(condition->name, event->name)) return 0;
  for (size_t at = 0; at < condition->matches.count; at++)
    if (!fits(condition->matches.items[at], event, at, environment)) return 0;
  return 1;
}

static void tell(struct condition *condition, const struct event_facts *event, const struct strings *environment) {
  if (condition->kind == CONDITION_EVENT) {
    if (condition->holds || !event_fits(condition, event, environment)) return;
    condition->holds = 1;
    for (size_t at = 0; at < event->variables->count; at++)
      strings_add(&condition->variables, event->variables->items[at]);
    return;
  }
  tell(condition->left, event, environment);
  tell(condition->right, event, environment);
  condition->holds = condition->kind == CONDITION_AND ? condition->left->holds && condition->right->holds
                                                      : condition->left->holds || condition->right->holds;
}

int condition_tell(struct condition *condition, const struct event_facts *event, const struct strings *environment) {
  if (!condition || condition->holds) return 0;
  tell(condition, event, environment);
  return condition->holds;
}

void condition_reset(struct condition *condition) {
  for (; condition; condition = condition->left) {
    condition->holds = 0;
    strings_free(&condition->variables);
    condition_reset(condition->right);
  }
}

void condition_collect(const struct condition *condition, struct strings *variables, struct text *names) {
  if (!condition || !condition->holds) return;
  if (condition->kind != CONDITION_EVENT) {
    condition_collect(condition->left, variables, names);
    condition_collect(condition->right, variables, names);
    return;
  }
  for (size_t at = 0; at < condition->variables.count; at++)
    variables_set(variables, condition->variables.items[at]);
  if (names->length) text_add_string(names, " ");
  text_add_string(names, condition->name);
}

void condition_print(const struct condition *condition, struct text *text) {
  if (condition->kind == CONDITION_EVENT) {
    text_add_string(text, condition->name);
    for (size_t at = 0; at < condition->matches.count; at++) text_join(text, " ", condition->matches.items[at], NULL);
    return;
  }
  text_add_string(text, "(");
  condition_print(condition->left, text);
  text_add_string(text, condition->kind == CONDITION_AND ? " and " : " or ");
  condition_print(condition->right, text);
  text_add_string(text, ")");
}
