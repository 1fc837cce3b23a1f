#include "daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "bus.h"
#include "events.h"
#include "folder.h"
#include "jobs.h"
#include "paths.h"
#include "requests.h"

/* Of all connections, some are for root alone, and no other user has more than a few. */
#define MOST_CLIENTS 64
#define ROOTS_CLIENTS 16
#define MOST_OF_A_USER 16
#define MOST_POLLS 512
/* How long a client may take to ask, and to read the answer. */
#define ASKING_MS 5000
#define READING_MS 10000
/* An answer is sent in pieces; the client puts them together. */
#define MOST_OF_A_PIECE 16384

struct client {
  struct client *next;
  int connection; /* -1: it has its answer, or has gone */
  struct peer peer;
  int asked, answered;
  struct text answer; /* what is still to be sent */
  int64_t deadline;   /* when it has to go, 0: never */
};

static struct client *clients;

void client_say(struct client *client, char kind, const char *line) {
  text_add(&client->answer, &kind, 1);
  text_add(&client->answer, line, strlen(line) + 1);
}

static void disconnect(struct client *client) {
  if (client->connection >= 0) close(client->connection);
  client->connection = -1;
}

/* Sends as much of the answer as the client takes now. */
static void send_answer(struct client *client) {
  while (client->answer.length) {
    size_t size = client->answer.length < MOST_OF_A_PIECE ? client->answer.length : MOST_OF_A_PIECE;
    ssize_t sent = send(client->connection, client->answer.bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (sent < 0) break;
    text_drop(&client->answer, (size_t)sent);
  }
  disconnect(client);
}

void client_end(struct client *client, int status) {
  if (client->connection < 0) return;
  client_say(client, 'x', status ? "1" : "0");
  client->answered = 1;
  client->deadline = now_ms() + READING_MS;
  send_answer(client);
}

static void remove_ended_clients(void) {
  for (struct client **at = &clients; *at;) {
    struct client *client = *at;
    if (client->connection >= 0) {
      at = &client->next;
      continue;
    }
    *at = client->next;
    jobs_forget_client(client);
    events_forget_client(client);
    text_free(&client->answer);
    free(client);
  }
}

static int open_socket(void) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  const char *path = real_path(COMMAND_SOCKET);
  if (strlen(path) >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  strcpy(address.sun_path, path);
  if (make_directories(real_path(STATE_DIRECTORY))) return -1;
  unlink(path);
  int listening = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (listening < 0) return -1;
  /* Everybody may ask; who may change something is decided by the user that the kernel names. */
  if (bind(listening, (struct sockaddr *)&address, sizeof address) || chmod(path, 0666) ||
      listen(listening, MOST_CLIENTS))
    return -1;
  return listening;
}

static int has_room_for(struct peer peer) {
  size_t all = 0, of_user = 0;
  for (struct client *client = clients; client; client = client->next) {
    all++;
    of_user += client->peer.user == peer.user;
  }
  return is_root(peer) ? all < MOST_CLIENTS : all < MOST_CLIENTS - ROOTS_CLIENTS && of_user < MOST_OF_A_USER;
}

/* Returns whether there was one. */
static int accept_client(int listening) {
  int connection = accept4(listening, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (connection < 0) return 0;
  struct ucred facts = {0};
  socklen_t size = sizeof facts;
  int bad = getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &facts, &size);
  struct peer peer = {facts.pid, facts.uid};
  if (bad || !has_room_for(peer)) {
    close(connection);
    return 1;
  }
  struct client *client = must_allocate(sizeof *client);
  *client = (struct client){.next = clients, .connection = connection, .peer = peer};
  client->deadline = now_ms() + ASKING_MS;
  clients = client;
  return 1;
}

static void hear(struct client *client) {
  if (client->answered) {
    send_answer(client);
    return;
  }
  char packet[REQUEST_SIZE + 1];
  ssize_t got = recv(client->connection, packet, REQUEST_SIZE, MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0 || client->asked) {
    /* It does not wait any longer. What it has asked for is done all the same. */
    disconnect(client);
    return;
  }
  client->asked = 1;
  /* Only root waits, for as long as a job takes; anybody else is answered at once. */
  client->deadline = 0;
  packet[got] = '\0';
  struct strings words = {0};
  for (const char *word = packet; word < packet + got; word += strlen(word) + 1) strings_add(&words, word);
  answer_request(&words, client, client->peer);
  strings_free(&words);
}

/* Tells systemd that we are there. */
static void notify_ready(void) {
  const char *path = getenv("NOTIFY_SOCKET");
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (!path || strlen(path) >= sizeof address.sun_path) return;
  strcpy(address.sun_path, path);
  socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
  if (*path == '@') address.sun_path[0] = '\0';
  int notice = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (notice < 0) return;
  (void)!sendto(notice, "READY=1", 7, MSG_NOSIGNAL, (struct sockaddr *)&address, size);
  close(notice);
}

static void emit(const char *name, const char *const *variables) {
  struct strings list = {0};
  for (int at = 0; variables[at]; at++) strings_add(&list, variables[at]);
  event_emit(name, &list, NULL, NULL);
  strings_free(&list);
}

/* What happens at every start of an Ubuntu 13.04, and what a job can wait for. The machine's own part of it is over. */
static void emit_boot(void) {
  static const char *const nothing[] = {NULL};
  static const char *const plain[] = {"startup",          "virtual-filesystems", "local-filesystems",
                                      "remote-filesystems", "all-swaps",           "filesystem"};
  for (size_t at = 0; at < sizeof plain / sizeof *plain; at++) emit(plain[at], nothing);
  emit("mounted", (const char *const[]){"MOUNTPOINT=/", NULL});
  for (const char *const *name = system_jobs; *name; name++) {
    struct text job = {0};
    text_join(&job, "JOB=", *name, NULL);
    /* One that there is here speaks for itself. */
    if (!job_find(*name)) emit("started", (const char *const[]){job.bytes, "INSTANCE=", NULL});
    text_free(&job);
  }
  emit("net-device-up", (const char *const[]){"IFACE=lo", "LOGICAL=lo", "ADDRFAM=inet", "METHOD=loopback", NULL});
  emit("net-device-up", (const char *const[]){"IFACE=eth0", "LOGICAL=eth0", "ADDRFAM=inet", "METHOD=static", NULL});
  emit("static-network-up", nothing);
  emit("runlevel", (const char *const[]){"RUNLEVEL=2", "PREVLEVEL=N", NULL});
  emit("stopped",
       (const char *const[]){"JOB=rc", "INSTANCE=", "RESULT=ok", "RUNLEVEL=2", "PREVLEVEL=N", NULL});
}

/* Whether this is the first of us since the machine's start. */
static int is_first(void) {
  int file = open(real_path(STATE_DIRECTORY "/started"), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (file >= 0) close(file);
  return file >= 0;
}

static int watch_signals(void) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGHUP);
  sigprocmask(SIG_BLOCK, &signals, NULL);
  return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* How long to wait for something to happen, as poll has it. */
static int time_to_wait(void) {
  int64_t first = jobs_next_check();
  for (struct client *client = clients; client; client = client->next)
    if (client->deadline && (!first || client->deadline < first)) first = client->deadline;
  if (!first) return -1;
  int64_t left = first - now_ms();
  return left < 0 ? 0 : (int)left;
}

int run_daemon(void) {
  umask(022);
  signal(SIGPIPE, SIG_IGN);
  int asked = watch_signals();
  int listening = open_socket();
  if (listening < 0) {
    fprintf(stderr, "upstart-compat: cannot listen on %s: %s\n", COMMAND_SOCKET, strerror(errno));
    return 1;
  }
  folder_scan();
  if (is_first()) emit_boot();
  else jobs_find_running();
  jobs_continue();
  notify_ready();
  for (;;) {
    static struct pollfd polls[MOST_POLLS];
    size_t count = 0;
    polls[count++] = (struct pollfd){.fd = asked, .events = POLLIN};
    polls[count++] = (struct pollfd){.fd = listening, .events = POLLIN};
    polls[count++] = (struct pollfd){.fd = folder_descriptor(), .events = POLLIN};
    polls[count++] = (struct pollfd){.fd = bus_descriptor(), .events = POLLIN};
    for (struct client *client = clients; client; client = client->next)
      polls[count++] = (struct pollfd){.fd = client->connection, .events = client->answered ? POLLOUT : POLLIN};
    count += jobs_to_poll(polls + count, MOST_POLLS - count);
    if (poll(polls, count, time_to_wait()) < 0 && errno != EINTR) return 1;

    struct signalfd_siginfo signal;
    while (read(asked, &signal, sizeof signal) == sizeof signal) {
      if (signal.ssi_signo != SIGHUP) return 0;
      folder_scan();
    }
    folder_continue();
    jobs_continue();
    for (int most = MOST_CLIENTS; most && accept_client(listening); most--) continue;
    for (struct client *client = clients; client; client = client->next) {
      if (client->connection >= 0) hear(client);
      if (client->deadline && client->deadline <= now_ms()) disconnect(client);
    }
    jobs_continue();
    remove_ended_clients();
  }
}
