#include "signals.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>

static const struct {
  const char *name;
  int number;
} signals[] = {
    {"HUP", SIGHUP},       {"INT", SIGINT},       {"QUIT", SIGQUIT}, {"ILL", SIGILL},     {"TRAP", SIGTRAP},
    {"ABRT", SIGABRT},     {"BUS", SIGBUS},       {"FPE", SIGFPE},   {"KILL", SIGKILL},   {"USR1", SIGUSR1},
    {"SEGV", SIGSEGV},     {"USR2", SIGUSR2},     {"PIPE", SIGPIPE}, {"ALRM", SIGALRM},   {"TERM", SIGTERM},
    {"STKFLT", SIGSTKFLT}, {"CHLD", SIGCHLD},     {"CONT", SIGCONT}, {"STOP", SIGSTOP},   {"TSTP", SIGTSTP},
    {"TTIN", SIGTTIN},     {"TTOU", SIGTTOU},     {"URG", SIGURG},   {"XCPU", SIGXCPU},   {"XFSZ", SIGXFSZ},
    {"VTALRM", SIGVTALRM}, {"PROF", SIGPROF},     {"WINCH", SIGWINCH}, {"IO", SIGIO},     {"PWR", SIGPWR},
    {"SYS", SIGSYS},
};

int signal_number(const char *name) {
  if (!strncmp(name, "SIG", 3)) name += 3;
  for (size_t at = 0; at < sizeof signals / sizeof *signals; at++)
    if (!strcmp(signals[at].name, name)) return signals[at].number;
  return -1;
}

const char *signal_name(int number) {
  for (size_t at = 0; at < sizeof signals / sizeof *signals; at++)
    if (signals[at].number == number) return signals[at].name;
  return "?";
}
