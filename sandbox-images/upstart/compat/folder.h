/* The files of /etc/init. */
#ifndef FOLDER_H
#define FOLDER_H

/* Reads what is new or has changed, and tells jobs.c of it. Logs what is wrong. */
void folder_scan(void);
/* Readable when something has changed; -1 when the folder is not there. */
int folder_descriptor(void);
/* Takes what the descriptor says, and scans if need be. */
void folder_continue(void);

#endif
