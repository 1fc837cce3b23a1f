/* What Upstart tells the administrator: lines that begin with `init: `, in the kernel's log and so in the journal. */
#ifndef LOG_H
#define LOG_H

void log_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Upstart's name of the least important lines that are told; ours are warnings. Setting returns -1 for no such name. */
const char *log_priority(void);
int log_set_priority(const char *name);

#endif
