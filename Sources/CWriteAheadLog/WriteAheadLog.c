#include "CWriteAheadLog.h"

#include <stdlib.h>
#include <string.h>

// SQLite reaches a file through a table of methods (https://www.sqlite.org/c3ref/io_methods.html). The two tables here
// begin as copies of those of the log and of the database, and have a few methods of their own; the state stands behind
// the table.
//
// SQLite writes a transaction to the log as frames: 24 bytes and a page, the bytes 4 to 7 of the last one being the size
// of the database (https://www.sqlite.org/fileformat2.html#wal_file_format). Only frames are kept back, only while each
// follows the one before, and never the last: whoever else looks at the log does not read of them yet. They are written
//  - with the last frame: before SQLite syncs the log, and before it tells of the commit in shared memory;
//  - before anything else is done with the log.
// They are dropped when the lock is given back under which they were written, for then they were not committed.
//
// A write that fails fails all that follows under that lock: nothing may be taken for written without what it follows.

// The layer below writes no more than 128 KiB at once.
enum { frame_head = 24, capacity = 120000 };

struct log_file {
  sqlite3_io_methods methods;
  const sqlite3_io_methods *real;
  struct database_file *database;
  // Where that frame ends, of which the last write was the page, or the head; -1 where it was neither.
  sqlite3_int64 page_end;
  sqlite3_int64 head_end;
  // Whether that frame is the last of its transaction.
  int is_last;
  // How a write failed; SQLITE_OK where none did.
  int failure;
  // What is kept back, and where it belongs.
  int count;
  sqlite3_int64 start;
  unsigned char bytes[capacity];
};

struct database_file {
  sqlite3_io_methods methods;
  const sqlite3_io_methods *real;
  struct log_file *log;
};

static struct log_file *log_of(sqlite3_file *file) { return (struct log_file *)file->pMethods; }

static struct database_file *database_of(sqlite3_file *file) { return (struct database_file *)file->pMethods; }

static void begin_anew(struct log_file *log) {
  log->count = 0;
  log->failure = SQLITE_OK;
  log->page_end = log->head_end = -1;
}

static int write_through(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
  struct log_file *log = log_of(file);
  if (log->failure == SQLITE_OK) log->failure = log->real->xWrite(file, bytes, count, offset);
  return log->failure;
}

static int flush(sqlite3_file *file) {
  struct log_file *log = log_of(file);
  int count = log->count;
  log->count = 0;
  return count == 0 ? log->failure : write_through(file, log->bytes, count, log->start);
}

static int log_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
  struct log_file *log = log_of(file);
  const unsigned char *head = bytes;
  int is_page = offset == log->head_end && count >= 512 && (count & (count - 1)) == 0;
  int is_head = !is_page && count == frame_head;
  int is_kept = is_head ? offset == log->page_end : is_page && log->count > 0;
  log->head_end = is_head ? offset + count : -1;
  log->page_end = is_page ? offset + count : -1;
  if (is_head) log->is_last = (head[4] | head[5] | head[6] | head[7]) != 0;
  if (!is_kept || count > capacity - log->count) {
    int code = flush(file);
    if (code != SQLITE_OK) return code;
  }
  if (!is_kept) return write_through(file, bytes, count, offset);
  if (log->count == 0) log->start = offset;
  memcpy(log->bytes + log->count, bytes, (size_t)count);
  log->count += count;
  return is_page && log->is_last ? flush(file) : log->failure;
}

static int log_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset) {
  int code = flush(file);
  return code == SQLITE_OK ? log_of(file)->real->xRead(file, bytes, count, offset) : code;
}

static int log_truncate(sqlite3_file *file, sqlite3_int64 size) {
  int code = flush(file);
  return code == SQLITE_OK ? log_of(file)->real->xTruncate(file, size) : code;
}

static int log_sync(sqlite3_file *file, int flags) {
  int code = flush(file);
  return code == SQLITE_OK ? log_of(file)->real->xSync(file, flags) : code;
}

static int log_size(sqlite3_file *file, sqlite3_int64 *size) {
  int code = flush(file);
  return code == SQLITE_OK ? log_of(file)->real->xFileSize(file, size) : code;
}

static int log_close(sqlite3_file *file) {
  struct log_file *log = log_of(file);
  file->pMethods = log->real;
  if (log->database) log->database->log = NULL;
  free(log);
  return file->pMethods->xClose(file);
}

static int database_shm_lock(sqlite3_file *file, int offset, int count, int flags) {
  struct database_file *database = database_of(file);
  // The first of the locks is that of who writes.
  if (database->log && offset == 0 && (flags & SQLITE_SHM_UNLOCK) != 0) begin_anew(database->log);
  return database->real->xShmLock(file, offset, count, flags);
}

static int database_close(sqlite3_file *file) {
  struct database_file *database = database_of(file);
  file->pMethods = database->real;
  if (database->log) database->log->database = NULL;
  free(database);
  return file->pMethods->xClose(file);
}

int variorum_gather_log_writes(sqlite3 *connection) {
  sqlite3_file *file = NULL, *log_handle = NULL;
  if (sqlite3_file_control(connection, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK) return 0;
  if (sqlite3_file_control(connection, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log_handle) != SQLITE_OK) return 0;
  if (!file || !file->pMethods || file->pMethods->iVersion < 2) return 0;
  if (!log_handle || !log_handle->pMethods) return 0;
  struct log_file *log = calloc(1, sizeof *log);
  struct database_file *database = calloc(1, sizeof *database);
  if (!log || !database) {
    free(log);
    free(database);
    return 0;
  }
  log->real = log_handle->pMethods;
  log->methods = *log->real;
  log->database = database;
  begin_anew(log);
  log->methods.xClose = log_close;
  log->methods.xRead = log_read;
  log->methods.xWrite = log_write;
  log->methods.xTruncate = log_truncate;
  log->methods.xSync = log_sync;
  log->methods.xFileSize = log_size;
  database->real = file->pMethods;
  database->methods = *database->real;
  database->log = log;
  database->methods.xClose = database_close;
  database->methods.xShmLock = database_shm_lock;
  log_handle->pMethods = &log->methods;
  file->pMethods = &database->methods;
  return 1;
}
