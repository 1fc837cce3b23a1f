/* Signals by their names without SIG. */
#ifndef SIGNALS_H
#define SIGNALS_H

/* The number of a signal by its name, with or without SIG; -1 when there is none. */
int signal_number(const char *name);
/* The name of a signal; "?" when there is none. */
const char *signal_name(int number);

#endif
