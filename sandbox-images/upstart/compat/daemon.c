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

#define MOST_CLIENTS 64
#define MOST_POLLS 512

struct client {
  struct client *next;
  int connection; /* -1: the command is over */
  struct peer peer;
  int asked;
};

static struct client *clients;

void client_say(struct client *client, char kind, const char *line) {
  struct text packet = {0};
  text_add(&packet, &kind, 1);
  text_add_string(&packet, line);
  /* Who does not read it has gone, or will be told no more. */
  if (client->connection >= 0) send(client->connection, packet.bytes, packet.length, MSG_NOSIGNAL | MSG_DONTWAIT);
  text_free(&packet);
}

void client_end(struct client *client, int status) {
  client_say(client, 'x', status ? "1" : "0");
  if (client->connection >= 0) close(client->connection);
  client->connection = -1;
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
  if (bind(listening, (struct sockaddr *)&address, sizeof address) || chmod(path, 0666) || listen(listening, 16))
    return -1;
  return listening;
}

static void accept_client(int listening) {
  int connection = accept4(listening, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (connection < 0) return;
  struct ucred peer;
  socklen_t size = sizeof peer;
  size_t count = 0;
  for (struct client *client = clients; client; client = client->next) count++;
  if (count >= MOST_CLIENTS || getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size)) {
    close(connection);
    return;
  }
  struct client *client = must_allocate(sizeof *client);
  *client = (struct client){clients, connection, {peer.pid, peer.uid}, 0};
  clients = client;
}

static void hear(struct client *client) {
  char packet[REQUEST_SIZE + 1];
  ssize_t got = recv(client->connection, packet, REQUEST_SIZE, MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0 || client->asked) {
    /* It does not wait any longer. What it has asked for is done all the same. */
    close(client->connection);
    client->connection = -1;
    return;
  }
  client->asked = 1;
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

static void find_running_jobs(void) {
  for (struct job *job = jobs, *next; job; job = next) {
    next = job->next;
    job_refresh(job);
  }
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
  else find_running_jobs();
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
      polls[count++] = (struct pollfd){.fd = client->connection, .events = POLLIN};
    count += jobs_to_poll(polls + count, MOST_POLLS - count);
    if (poll(polls, count, jobs_next_check()) < 0 && errno != EINTR) return 1;

    struct signalfd_siginfo signal;
    while (read(asked, &signal, sizeof signal) == sizeof signal) {
      if (signal.ssi_signo != SIGHUP) return 0;
      folder_scan();
    }
    folder_continue();
    jobs_continue();
    accept_client(listening);
    for (struct client *client = clients; client; client = client->next)
      if (client->connection >= 0) hear(client);
    jobs_continue();
    remove_ended_clients();
  }
}
