#ifndef FAULTY_DISK_H
#define FAULTY_DISK_H

#include <stdint.h>

/* A file layer for SQLite that fails like a disk: it stands before the default one, and keeps for each file what was
 * there before each write that no sync has made durable. Only files below one directory are treated so; all others,
 * and so all other users of SQLite in the process, see the default layer. */

/* Registers the layer as the default one; again and again without harm. Returns an SQLite result code. */
int faulty_disk_register(void);

/* Treats the files below a directory from here on, and forgets everything before. */
void faulty_disk_begin(const char *directory);

/* Lets the machine stop at the step-th call from here on that writes, syncs, truncates or removes; of one sort (numbered
 * as faulty_disk_stopped does), or of any for 0. From there on every call fails. */
void faulty_disk_arm(uint64_t step, int call);

/* What the machine stopped at: 0 it runs, 1 a write, 2 a sync, 3 a truncation, 4 a removal. */
int faulty_disk_stopped(void);

enum faulty_disk_loss {
  FAULTY_DISK_KEEP, /* the process was killed: what was written stays */
  FAULTY_DISK_DROP, /* the power went: nothing that was not synced stays */
  FAULTY_DISK_TEAR  /* the power went: of what was not synced some sectors stay, by the seed */
};

/* Brings the files to what the machine finds when it starts again, which it then does. No file may be open. Returns how
 * many writes were not synced. */
uint64_t faulty_disk_restart(enum faulty_disk_loss loss, uint64_t seed);

/* Takes note that a file was written or replaced by other means than SQLite, and is durable. */
void faulty_disk_forget(const char *path);

#endif
