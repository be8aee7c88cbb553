#ifndef VARIORUM_WRITE_AHEAD_LOG_H
#define VARIORUM_WRITE_AHEAD_LOG_H

#include <sqlite3.h>

/* Has a connection hand the frames of a transaction to its write-ahead log in few writes, where SQLite makes two of each
 * page. What others find in the file, and when, stays the same: all of a commit is there before SQLite syncs it or tells
 * of it in shared memory.
 *
 * To be called once for a connection that writes, in WAL mode, after it has read something. Returns whether the writes
 * are gathered; where SQLite does not show its files, they are not, and nothing changes. */
int variorum_gather_log_writes(sqlite3 *connection);

#endif
