#ifndef VARIORUM_FILE_IDENTITY_H
#define VARIORUM_FILE_IDENTITY_H

#include <stdint.h>

/* Which file a path leads to. Swift cannot ask for the birth time portably, hence C. */
struct variorum_file_identity {
  uint64_t device;
  uint64_t inode;
  /* Both 0 where the file system does not record when a file was made. */
  int64_t birth_seconds;
  int64_t birth_nanoseconds;
};

/* Fills *out for the file that path leads to, symbolic links followed. Returns 0, or errno. */
int variorum_file_identity_of(const char *path, struct variorum_file_identity *out);

/* 1 when the file system that holds path is shared with other machines, 0 when it is local, -errno on failure.
 * File systems in user space (FUSE) count as local: from here a local one and sshfs look the same. */
int variorum_is_network_file_system(const char *path);

#endif
