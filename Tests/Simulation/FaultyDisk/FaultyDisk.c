#include "FaultyDisk.h"

#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECTOR 512

/* A write, or a truncation, that was not synced. */
struct unsynced {
  struct unsynced *before;
  sqlite3_int64 offset;
  sqlite3_int64 size_before;
  sqlite3_int64 size_after;
  int old_count;
  int new_count;
  unsigned char *old_bytes;
  unsigned char *new_bytes;
};

/* A file below the directory, by its path. */
struct tracked {
  struct tracked *next;
  char *path;
  struct unsynced *last;
};

/* What SQLite takes for an open file; the default layer's own follows it. */
struct faulty_file {
  sqlite3_file base;
  struct tracked *tracked;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static sqlite3_vfs *real_vfs;
static sqlite3_vfs faulty_vfs;
static char *directory;
static struct tracked *files;
static uint64_t armed_step;
static int armed_call;
static uint64_t step_count;
static int stopped;

static sqlite3_file *real(sqlite3_file *file) { return (sqlite3_file *)((struct faulty_file *)file + 1); }

static struct tracked *tracked(sqlite3_file *file) { return ((struct faulty_file *)file)->tracked; }

static void forget_all(struct tracked *file) {
  while (file->last) {
    struct unsynced *entry = file->last;
    file->last = entry->before;
    free(entry->old_bytes);
    free(entry->new_bytes);
    free(entry);
  }
}

/* The file of a path below the directory, made where it is new; NULL for any other. */
static struct tracked *find(const char *path) {
  if (!directory || !path || strncmp(path, directory, strlen(directory)) != 0) return NULL;
  for (struct tracked *file = files; file; file = file->next) {
    if (strcmp(file->path, path) == 0) return file;
  }
  struct tracked *file = calloc(1, sizeof *file);
  if (!file) return NULL;
  file->path = strdup(path);
  file->next = files;
  files = file;
  return file;
}

/* Counts a step; whether the machine stopped at it or before. */
static int stops(int what) {
  if (stopped) return 1;
  if (armed_call != 0 && armed_call != what) return 0;
  step_count += 1;
  if (armed_step == 0 || step_count != armed_step) return 0;
  stopped = what;
  return 1;
}

static int is_stopped(sqlite3_file *file) {
  if (!tracked(file)) return 0;
  pthread_mutex_lock(&lock);
  int answer = stopped != 0;
  pthread_mutex_unlock(&lock);
  return answer;
}

/* Notes what a write or truncation is about to replace. */
static int note(
    sqlite3_file *file, sqlite3_int64 offset, int old_count, const void *bytes, int new_count,
    sqlite3_int64 size_after) {
  sqlite3_int64 size = 0;
  int code = real(file)->pMethods->xFileSize(real(file), &size);
  if (code != SQLITE_OK) return code;
  struct unsynced *entry = calloc(1, sizeof *entry);
  if (!entry) return SQLITE_NOMEM;
  entry->offset = offset;
  entry->size_before = size;
  entry->size_after = size_after;
  if (offset < size && old_count > 0) {
    entry->old_count = offset + old_count > size ? (int)(size - offset) : old_count;
    entry->old_bytes = malloc((size_t)entry->old_count);
    code = real(file)->pMethods->xRead(real(file), entry->old_bytes, entry->old_count, offset);
  }
  if (new_count > 0) {
    entry->new_count = new_count;
    entry->new_bytes = malloc((size_t)new_count);
    memcpy(entry->new_bytes, bytes, (size_t)new_count);
  }
  entry->before = tracked(file)->last;
  tracked(file)->last = entry;
  return code;
}

/* ---- The methods of a file ---- */

static int file_close(sqlite3_file *file) {
  int code = real(file)->pMethods->xClose(real(file));
  file->pMethods = NULL;
  return code;
}

static int file_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset) {
  if (is_stopped(file)) return SQLITE_IOERR_READ;
  return real(file)->pMethods->xRead(real(file), bytes, count, offset);
}

static int file_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
  if (!tracked(file)) return real(file)->pMethods->xWrite(real(file), bytes, count, offset);
  pthread_mutex_lock(&lock);
  int was_stopped = stopped;
  int stops_here = stops(1);
  int code = SQLITE_IOERR_WRITE;
  if (!was_stopped) {
    /* The write at which it stops may have reached the disk in part. */
    code = note(file, offset, count, bytes, count, offset + count);
    if (code == SQLITE_OK) code = real(file)->pMethods->xWrite(real(file), bytes, count, offset);
    if (stops_here) code = SQLITE_IOERR_WRITE;
  }
  pthread_mutex_unlock(&lock);
  return code;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size) {
  if (!tracked(file)) return real(file)->pMethods->xTruncate(real(file), size);
  pthread_mutex_lock(&lock);
  int code = SQLITE_IOERR_TRUNCATE;
  if (!stops(3)) {
    sqlite3_int64 before = 0;
    code = real(file)->pMethods->xFileSize(real(file), &before);
    int tail = before > size ? (int)(before - size) : 0;
    if (code == SQLITE_OK) code = note(file, size, tail, NULL, 0, size);
    if (code == SQLITE_OK) code = real(file)->pMethods->xTruncate(real(file), size);
  }
  pthread_mutex_unlock(&lock);
  return code;
}

static int file_sync(sqlite3_file *file, int flags) {
  if (!tracked(file)) return real(file)->pMethods->xSync(real(file), flags);
  pthread_mutex_lock(&lock);
  int code = SQLITE_OK;
  /* The disk is simulated, so what is durable is a matter of book-keeping. */
  if (stops(2)) code = SQLITE_IOERR_FSYNC; else forget_all(tracked(file));
  pthread_mutex_unlock(&lock);
  return code;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size) {
  return is_stopped(file) ? SQLITE_IOERR_FSTAT : real(file)->pMethods->xFileSize(real(file), size);
}

static int file_lock(sqlite3_file *file, int level) { return real(file)->pMethods->xLock(real(file), level); }

static int file_unlock(sqlite3_file *file, int level) { return real(file)->pMethods->xUnlock(real(file), level); }

static int file_check_lock(sqlite3_file *file, int *answer) {
  return real(file)->pMethods->xCheckReservedLock(real(file), answer);
}

static int file_control(sqlite3_file *file, int op, void *argument) {
  return real(file)->pMethods->xFileControl(real(file), op, argument);
}

static int file_sector(sqlite3_file *file) { return real(file)->pMethods->xSectorSize(real(file)); }

static int file_traits(sqlite3_file *file) { return real(file)->pMethods->xDeviceCharacteristics(real(file)); }

static int file_shm_map(sqlite3_file *file, int page, int size, int extends, void volatile **memory) {
  return real(file)->pMethods->xShmMap(real(file), page, size, extends, memory);
}

static int file_shm_lock(sqlite3_file *file, int offset, int count, int flags) {
  return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}

static void file_shm_barrier(sqlite3_file *file) { real(file)->pMethods->xShmBarrier(real(file)); }

static int file_shm_unmap(sqlite3_file *file, int removes) {
  return real(file)->pMethods->xShmUnmap(real(file), removes);
}

/* Version 2: shared memory, and no mapping of the file, whose writes nobody would see. */
static const sqlite3_io_methods methods = {
    2,           file_close,  file_read,       file_write,   file_truncate, file_sync,     file_size,
    file_lock,   file_unlock, file_check_lock, file_control, file_sector,   file_traits,   file_shm_map,
    file_shm_lock, file_shm_barrier, file_shm_unmap, NULL, NULL};

/* ---- The methods of the layer ---- */

static int vfs_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *flags_out) {
  (void)vfs;
  memset(file, 0, sizeof(struct faulty_file));
  pthread_mutex_lock(&lock);
  struct tracked *found = find(path);
  int refused = found && stopped;
  pthread_mutex_unlock(&lock);
  if (refused) return SQLITE_CANTOPEN;
  int code = real_vfs->xOpen(real_vfs, path, real(file), flags, flags_out);
  ((struct faulty_file *)file)->tracked = found;
  file->pMethods = real(file)->pMethods ? &methods : NULL;
  return code;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *path, int syncs) {
  (void)vfs;
  pthread_mutex_lock(&lock);
  struct tracked *found = find(path);
  int code = SQLITE_OK;
  if (found && stops(4)) code = SQLITE_IOERR_DELETE; else if (found) forget_all(found);
  pthread_mutex_unlock(&lock);
  return code == SQLITE_OK ? real_vfs->xDelete(real_vfs, path, syncs) : code;
}

static int vfs_access(sqlite3_vfs *vfs, const char *path, int flags, int *answer) {
  (void)vfs;
  return real_vfs->xAccess(real_vfs, path, flags, answer);
}

static int vfs_full_path(sqlite3_vfs *vfs, const char *path, int count, char *full) {
  (void)vfs;
  return real_vfs->xFullPathname(real_vfs, path, count, full);
}

/* ---- For the simulation ---- */

int faulty_disk_register(void) {
  if (real_vfs) return SQLITE_OK;
  sqlite3_vfs *found = sqlite3_vfs_find(NULL);
  if (!found) return SQLITE_ERROR;
  real_vfs = found;
  faulty_vfs = *found;
  faulty_vfs.zName = "variorum-faulty-disk";
  faulty_vfs.pNext = NULL;
  faulty_vfs.szOsFile = (int)sizeof(struct faulty_file) + found->szOsFile;
  faulty_vfs.xOpen = vfs_open;
  faulty_vfs.xDelete = vfs_delete;
  faulty_vfs.xAccess = vfs_access;
  faulty_vfs.xFullPathname = vfs_full_path;
  return sqlite3_vfs_register(&faulty_vfs, 1);
}

void faulty_disk_begin(const char *path) {
  pthread_mutex_lock(&lock);
  while (files) {
    struct tracked *file = files;
    files = file->next;
    forget_all(file);
    free(file->path);
    free(file);
  }
  free(directory);
  directory = path ? strdup(path) : NULL;
  armed_step = step_count = 0;
  stopped = 0;
  pthread_mutex_unlock(&lock);
}

void faulty_disk_arm(uint64_t step, int call) {
  pthread_mutex_lock(&lock);
  armed_step = step;
  armed_call = call;
  step_count = 0;
  pthread_mutex_unlock(&lock);
}

int faulty_disk_stopped(void) { return stopped; }

void faulty_disk_forget(const char *path) {
  pthread_mutex_lock(&lock);
  struct tracked *file = find(path);
  if (file) forget_all(file);
  pthread_mutex_unlock(&lock);
}

static uint64_t next_random(uint64_t *state) {
  *state += 0x9E3779B97F4A7C15u;
  uint64_t word = *state;
  word = (word ^ word >> 30) * 0xBF58476D1CE4E5B9u;
  word = (word ^ word >> 27) * 0x94D049BB133111EBu;
  return word ^ word >> 31;
}

/* Writes again what survived of a write: all, none, or some of its sectors. */
static void survive(int descriptor, const struct unsynced *entry, uint64_t *seed) {
  uint64_t kind = next_random(seed) % 4;
  if (kind == 0) return;
  if (entry->new_count == 0) {
    if (ftruncate(descriptor, entry->size_after) != 0) return;
    return;
  }
  sqlite3_int64 offset = entry->offset;
  sqlite3_int64 end = offset + entry->new_count;
  while (offset < end) {
    sqlite3_int64 sector_end = (offset / SECTOR + 1) * SECTOR;
    if (sector_end > end) sector_end = end;
    if (kind == 1 || next_random(seed) % 2 == 0) {
      const unsigned char *bytes = entry->new_bytes + (offset - entry->offset);
      if (pwrite(descriptor, bytes, (size_t)(sector_end - offset), offset) < 0) return;
    }
    offset = sector_end;
  }
}

static uint64_t lose(struct tracked *file, enum faulty_disk_loss loss, uint64_t *seed) {
  uint64_t count = 0;
  for (struct unsynced *entry = file->last; entry; entry = entry->before) count += 1;
  int descriptor = count > 0 && loss != FAULTY_DISK_KEEP ? open(file->path, O_RDWR) : -1;
  if (descriptor >= 0) {
    struct unsynced **ordered = calloc(count, sizeof *ordered);
    uint64_t index = count;
    for (struct unsynced *entry = file->last; entry && ordered; entry = entry->before) {
      ordered[--index] = entry;
      if (entry->old_count > 0) (void)!pwrite(descriptor, entry->old_bytes, (size_t)entry->old_count, entry->offset);
      (void)!ftruncate(descriptor, entry->size_before);
    }
    if (loss == FAULTY_DISK_TEAR && ordered) {
      for (index = 0; index < count; index++) survive(descriptor, ordered[index], seed);
    }
    free(ordered);
    close(descriptor);
  }
  forget_all(file);
  return count;
}

uint64_t faulty_disk_restart(enum faulty_disk_loss loss, uint64_t seed) {
  pthread_mutex_lock(&lock);
  uint64_t count = 0;
  for (struct tracked *file = files; file; file = file->next) count += lose(file, loss, &seed);
  armed_step = step_count = 0;
  stopped = 0;
  pthread_mutex_unlock(&lock);
  return count;
}
