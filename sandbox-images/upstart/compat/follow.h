/*
 * Follows a program that makes a daemon of itself (`expect fork`, `expect daemon`), for systemd: that would take the
 * first process that is left for the daemon, also one that is about to fork once more and end.
 */
#ifndef FOLLOW_H
#define FOLLOW_H

/*
 * FORKS FILE PROGRAM [ARGUMENT]…: runs the program until FORKS processes of it have ended, and writes the pid of the
 * one that is left to FILE. Returns the exit status: that of the program when it fails.
 */
int run_follow(char **arguments);

#endif
