#include "bus.h"

#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "paths.h"

#define MANAGER_PATH "/org/freedesktop/systemd1"
#define MANAGER "org.freedesktop.systemd1.Manager"
#define PROPERTIES "org.freedesktop.DBus.Properties"

/* systemd answers in milliseconds, but for a reload. */
#define PATIENCE_MS 90000
/* No message that concerns us is that long. */
#define LONGEST_MESSAGE (8 * 1024 * 1024)

enum { CALL = 1, REPLY = 2, ERROR = 3, SIGNAL = 4 };

static int connection = -1;
static uint32_t last_serial;
static struct text input;
static struct text signals; /* whole messages that came while an answer was waited for, one after the other */

int bus_descriptor(void) { return connection; }

void bus_close(void) {
  if (connection >= 0) close(connection);
  connection = -1;
  text_free(&input);
  text_free(&signals);
}

/* Reading. All numbers have this machine's byte order: both ends are on it. */

struct body {
  const char *bytes;
  size_t length, at;
  int bad;
};

static const void *take(struct body *body, size_t size, size_t alignment) {
  size_t at = (body->at + alignment - 1) & ~(alignment - 1);
  if (at > body->length || size > body->length - at) {
    body->bad = 1;
    return NULL;
  }
  body->at = at + size;
  return body->bytes + at;
}

static uint32_t take_number(struct body *body) {
  uint32_t number = 0;
  const void *bytes = take(body, 4, 4);
  if (bytes) memcpy(&number, bytes, 4);
  return number;
}

static uint8_t take_byte(struct body *body) {
  const uint8_t *byte = take(body, 1, 1);
  return byte ? *byte : 0;
}

/* A string (or, with `signature`, a signature), which has a NUL after it. "" when it is wrong. */
static const char *take_string(struct body *body, int signature) {
  size_t length = signature ? take_byte(body) : take_number(body);
  const char *string = length < LONGEST_MESSAGE ? take(body, length + 1, 1) : NULL;
  if (!string || string[length]) {
    body->bad = 1;
    return "";
  }
  return string;
}

struct message {
  int type;
  uint32_t reply_to;
  const char *member, *signature;
  struct body body;
};

/* The length of the message that the bytes begin with, 0 when there is not enough of it to tell, -1 when it is none. */
static ssize_t message_length(const char *bytes, size_t length) {
  if (length < 16) return 0;
  uint32_t body, fields;
  memcpy(&body, bytes + 4, 4);
  memcpy(&fields, bytes + 12, 4);
  if (body > LONGEST_MESSAGE || fields > LONGEST_MESSAGE || bytes[3] != 1) return -1;
  return (ssize_t)(((16 + fields + 7) & ~7u) + body);
}

/* Reads a whole message. */
static void read_message(const char *bytes, size_t length, struct message *message) {
  uint32_t body_length;
  memcpy(&body_length, bytes + 4, 4);
  *message = (struct message){.type = bytes[1], .member = "", .signature = ""};
  struct body fields = {.bytes = bytes, .length = length - body_length, .at = 16};
  uint32_t size;
  memcpy(&size, bytes + 12, 4);
  while (!fields.bad && fields.at < 16 + (size_t)size) {
    if (!take(&fields, 0, 8)) break;
    int code = take_byte(&fields);
    const char *type = take_string(&fields, 1);
    if (!strcmp(type, "u")) {
      uint32_t number = take_number(&fields);
      if (code == 5) message->reply_to = number;
    } else if (!strcmp(type, "s") || !strcmp(type, "o") || !strcmp(type, "g")) {
      const char *text = take_string(&fields, *type == 'g');
      if (code == 3) message->member = text;
      if (code == 8) message->signature = text;
    } else break;
  }
  message->body = (struct body){.bytes = bytes + length - body_length, .length = body_length};
}

/* Writing. */

static void align(struct text *text, size_t alignment) {
  while (text->length % alignment) text_add(text, "", 1);
}

static void add_number(struct text *text, uint32_t number) {
  align(text, 4);
  text_add(text, &number, 4);
}

static void add_string(struct text *text, const char *string) {
  add_number(text, (uint32_t)strlen(string));
  text_add(text, string, strlen(string) + 1);
}

static void add_field(struct text *text, char code, const char *type, const char *value) {
  align(text, 8);
  text_add(text, &code, 1);
  text_add(text, "\1", 1);
  text_add(text, type, 2);
  if (*type == 'g') {
    text_add(text, &(char){(char)strlen(value)}, 1);
    text_add(text, value, strlen(value) + 1);
  } else add_string(text, value);
}

int64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int send_all(const char *bytes, size_t length) {
  for (size_t at = 0; at < length;) {
    ssize_t put = send(connection, bytes + at, length - at, MSG_NOSIGNAL);
    if (put > 0) at += (size_t)put;
    else if (errno != EINTR) return -1;
  }
  return 0;
}

/* Waits for bytes and adds them to `input`. Returns -1 when there are none in time. */
static int receive(int64_t until) {
  int64_t left = until - now_ms();
  struct pollfd wait = {.fd = connection, .events = POLLIN};
  if (left < 0 || poll(&wait, 1, (int)left) == 0) return -1;
  char part[16384];
  ssize_t got = recv(connection, part, sizeof part, MSG_DONTWAIT);
  if (got > 0) text_add(&input, part, (size_t)got);
  return got > 0 || (got < 0 && (errno == EINTR || errno == EAGAIN)) ? 0 : -1;
}

/* Says who we are; the kernel tells systemd the same. */
static int greet(void) {
  char user[24], hello[96];
  int length = snprintf(user, sizeof user, "%u", (unsigned)getuid());
  size_t at = 0;
  hello[at++] = '\0';
  at += (size_t)sprintf(hello + at, "AUTH EXTERNAL ");
  for (int digit = 0; digit < length; digit++) at += (size_t)sprintf(hello + at, "%02x", user[digit]);
  at += (size_t)sprintf(hello + at, "\r\nBEGIN\r\n");
  if (send_all(hello, at)) return -1;
  int64_t until = now_ms() + PATIENCE_MS;
  for (;;) {
    char *end = input.length ? memmem(input.bytes, input.length, "\r\n", 2) : NULL;
    if (end) {
      if (strncmp(input.bytes, "OK ", 3)) return -1;
      text_drop(&input, (size_t)(end - input.bytes) + 2);
      return 0;
    }
    if (receive(until)) return -1;
  }
}

static int connect_bus(void) {
  if (connection >= 0) return 0;
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  const char *path = real_path(SYSTEMD_SOCKET);
  if (strlen(path) >= sizeof address.sun_path) return -1;
  strcpy(address.sun_path, path);
  connection = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connection < 0) return -1;
  if (!connect(connection, (struct sockaddr *)&address, sizeof address) && !greet()) return 0;
  bus_close();
  return -1;
}

/*
 * Calls a method whose arguments are strings (up to NULL) and waits for the answer, which lies in `input` until
 * forget() is called. Returns the type of the answer, or -1 when there is none.
 */
static int call(const char *path, const char *interface, const char *member, const char *const *arguments,
                struct message *answer) {
  if (connect_bus()) return -1;
  struct text message = {0}, body = {0};
  char signature[8] = "";
  for (int at = 0; arguments[at]; at++) {
    strcat(signature, "s");
    add_string(&body, arguments[at]);
  }
  uint32_t serial = ++last_serial;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  text_add(&message, "l", 1);
#else
  text_add(&message, "B", 1);
#endif
  text_add(&message, (char[]){CALL, 0, 1}, 3);
  add_number(&message, (uint32_t)body.length);
  add_number(&message, serial);
  add_number(&message, 0); /* of the fields' length */
  add_field(&message, 1, "o", path);
  add_field(&message, 2, "s", interface);
  add_field(&message, 3, "s", member);
  add_field(&message, 6, "s", "org.freedesktop.systemd1");
  if (*signature) add_field(&message, 8, "g", signature);
  uint32_t fields = (uint32_t)message.length - 16;
  memcpy(message.bytes + 12, &fields, 4);
  align(&message, 8);
  if (body.length) text_add(&message, body.bytes, body.length);
  int bad = send_all(message.bytes, message.length);
  text_free(&message);
  text_free(&body);

  int64_t until = now_ms() + PATIENCE_MS;
  while (!bad) {
    ssize_t length = message_length(input.bytes, input.length);
    if (length > 0 && (size_t)length <= input.length) {
      read_message(input.bytes, (size_t)length, answer);
      if ((answer->type == REPLY || answer->type == ERROR) && answer->reply_to == serial) return answer->type;
      if (answer->type == SIGNAL) text_add(&signals, input.bytes, (size_t)length);
      text_drop(&input, (size_t)length);
    } else if (length < 0 || receive(until)) bad = 1;
  }
  bus_close();
  return -1;
}

/* Drops the answer that call() has left. */
static void forget(void) {
  ssize_t length = message_length(input.bytes, input.length);
  if (length > 0 && (size_t)length <= input.length) text_drop(&input, (size_t)length);
}

int bus_is_pending(void) {
  ssize_t length = input.length ? message_length(input.bytes, input.length) : 0;
  return signals.length || (length > 0 && (size_t)length <= input.length);
}

int bus_queue_job(const char *method, const char *unit, char **job, struct text *error) {
  struct message answer;
  int type = call(MANAGER_PATH, MANAGER, method, (const char *const[]){unit, "replace", NULL}, &answer);
  const char *text = type < 0 ? "systemd does not answer" : take_string(&answer.body, 0);
  if (type == REPLY) *job = copy_string(text);
  else text_add_string(error, text);
  if (type >= 0) forget();
  return type == REPLY ? 0 : -1;
}

int bus_is_loaded(const char *unit) {
  struct message answer;
  int type = call(MANAGER_PATH, MANAGER, "GetUnit", (const char *const[]){unit, NULL}, &answer);
  if (type >= 0) forget();
  return type < 0 ? -1 : type == REPLY;
}

void bus_reset_failed(const char *unit) {
  struct message answer;
  if (call(MANAGER_PATH, MANAGER, "ResetFailedUnit", (const char *const[]){unit, NULL}, &answer) >= 0) forget();
}

void bus_reload(void) {
  struct message answer;
  if (call(MANAGER_PATH, MANAGER, "Reload", (const char *const[]){NULL}, &answer) >= 0) forget();
}

/* Asks for a property: its interface is found by its name. The body is after the signature of the value. */
static const char *get_property(const char *unit, const char *property, struct message *answer) {
  static const char *const of_units[] = {"ActiveState", "SubState", "NeedDaemonReload", "LoadState"};
  const char *interface = "org.freedesktop.systemd1.Service";
  for (size_t at = 0; at < sizeof of_units / sizeof *of_units; at++)
    if (!strcmp(of_units[at], property)) interface = "org.freedesktop.systemd1.Unit";
  struct text path = {0};
  text_add_string(&path, MANAGER_PATH "/unit/");
  for (const char *at = unit; *at; at++)
    if (isalpha((unsigned char)*at) || (isdigit((unsigned char)*at) && at > unit)) text_add(&path, at, 1);
    else text_print(&path, "_%02x", (unsigned char)*at);
  int type = call(path.bytes, PROPERTIES, "Get", (const char *const[]){interface, property, NULL}, answer);
  text_free(&path);
  if (type == REPLY) return take_string(&answer->body, 1);
  if (type >= 0) forget();
  return NULL;
}

void bus_text(const char *unit, const char *property, struct text *value) {
  struct message answer;
  const char *type = get_property(unit, property, &answer);
  text_add(value, "", 0);
  if (!type) return;
  if (!strcmp(type, "s")) text_add_string(value, take_string(&answer.body, 0));
  forget();
}

long bus_number(const char *unit, const char *property) {
  struct message answer;
  const char *type = get_property(unit, property, &answer);
  if (!type) return 0;
  long number = *type && strchr("uib", *type) ? (long)(int32_t)take_number(&answer.body) : 0;
  forget();
  return number;
}

struct bus_process bus_process(const char *unit, const char *property) {
  struct message answer;
  struct bus_process process = {0};
  const char *type = get_property(unit, property, &answer);
  if (!type) return process;
  if (!strcmp(type, "a(sasbttttuii)")) {
    struct body *body = &answer.body;
    uint32_t size = take_number(body);
    take(body, 0, 8);
    size_t end = body->at + size;
    while (!body->bad && body->at < end) {
      take(body, 0, 8);
      take_string(body, 0);
      take(body, take_number(body), 1); /* the arguments */
      take_number(body);
      take(body, 32, 8); /* four times */
      struct bus_process one = {.pid = (long)take_number(body)};
      one.code = (long)take_number(body);
      one.status = (long)take_number(body);
      if (!body->bad && one.pid) process = one;
    }
  }
  forget();
  return process;
}

static void take_signal(const char *bytes, size_t length, bus_job_ended *ended) {
  struct message message;
  read_message(bytes, length, &message);
  if (message.type != SIGNAL || strcmp(message.member, "JobRemoved") || strcmp(message.signature, "uoss")) return;
  take_number(&message.body);
  const char *job = take_string(&message.body, 0);
  const char *unit = take_string(&message.body, 0);
  const char *result = take_string(&message.body, 0);
  if (message.body.bad) return;
  /* Copies: what is called may ask systemd for more. */
  char *parts[] = {copy_string(unit), copy_string(job), copy_string(result)};
  ended(parts[0], parts[1], parts[2]);
  for (int at = 0; at < 3; at++) free(parts[at]);
}

int bus_continue(bus_job_ended *ended) {
  int lost = 0;
  if (connection >= 0) {
    struct pollfd ready = {.fd = connection, .events = POLLIN};
    if (poll(&ready, 1, 0) > 0) lost = receive(now_ms() + 1000);
  }
  for (;;) {
    ssize_t length = input.length ? message_length(input.bytes, input.length) : 0;
    if (length <= 0 || (size_t)length > input.length) {
      if (length < 0) lost = -1;
      break;
    }
    text_add(&signals, input.bytes, (size_t)length);
    text_drop(&input, (size_t)length);
  }
  while (signals.length) {
    ssize_t length = message_length(signals.bytes, signals.length);
    struct text one = {0};
    text_add(&one, signals.bytes, (size_t)length);
    text_drop(&signals, (size_t)length);
    take_signal(one.bytes, one.length, ended);
    text_free(&one);
  }
  if (lost) bus_close();
  return lost ? -1 : 0;
}
