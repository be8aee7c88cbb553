#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "CFileIdentity.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#if defined(__linux__)
#include <fcntl.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#elif defined(__APPLE__)
#include <sys/mount.h>
#include <sys/param.h>
#endif

#if defined(__linux__) && defined(STATX_BTIME)

int variorum_file_identity_of(const char *path, struct variorum_file_identity *out) {
  struct statx found;
  memset(&found, 0, sizeof found);
  memset(out, 0, sizeof *out);
  if (statx(AT_FDCWD, path, AT_STATX_SYNC_AS_STAT, STATX_INO | STATX_BTIME, &found) != 0) return errno;
  out->device = makedev(found.stx_dev_major, found.stx_dev_minor);
  out->inode = found.stx_ino;
  if (found.stx_mask & STATX_BTIME) {
    out->birth_seconds = found.stx_btime.tv_sec;
    out->birth_nanoseconds = found.stx_btime.tv_nsec;
  }
  return 0;
}

#else

int variorum_file_identity_of(const char *path, struct variorum_file_identity *out) {
  struct stat found;
  memset(out, 0, sizeof *out);
  if (stat(path, &found) != 0) return errno;
  out->device = (uint64_t)found.st_dev;
  out->inode = (uint64_t)found.st_ino;
#if defined(__APPLE__)
  out->birth_seconds = found.st_birthtimespec.tv_sec;
  out->birth_nanoseconds = found.st_birthtimespec.tv_nsec;
#endif
  return 0;
}

#endif

#if defined(__linux__)

int variorum_is_network_file_system(const char *path) {
  struct statfs found;
  int result;
  do {
    result = statfs(path, &found);
  } while (result != 0 && errno == EINTR);
  if (result != 0) return -errno;
  /* Spelt out: linux/magic.h lacks half of them. The cast drops the sign that f_type has on 32 bits.
   * 9P (0x01021997) is left out: it is how sandboxes such as gVisor show their local disk. */
  switch ((uint32_t)found.f_type) {
    case 0x00006969: /* NFS */
    case 0x0000517B: /* SMB */
    case 0xFF534D42: /* CIFS */
    case 0xFE534D42: /* SMB2 */
    case 0x0000564C: /* NCP */
    case 0x5346414F: /* AFS */
    case 0x6B414653: /* AFS, the kernel's own */
    case 0x73757245: /* Coda */
    case 0x00C36400: /* Ceph */
    case 0x0BD00BD0: /* Lustre */
    case 0x47504653: /* GPFS */
    case 0x19830326: /* BeeGFS */
    case 0xAAD7AAEA: /* PanFS */
    case 0x20030528: /* OrangeFS */
    case 0x01161970: /* GFS2 */
    case 0x7461636F: /* OCFS2 */
    case 0x786F4256: /* VirtualBox shared folder */
    case 0xBACBACBC: /* VMware shared folder */
    case 0x7C7C6673: /* Parallels shared folder */
      return 1;
    default:
      return 0;
  }
}

#elif defined(__APPLE__)

int variorum_is_network_file_system(const char *path) {
  struct statfs found;
  int result;
  do {
    result = statfs(path, &found);
  } while (result != 0 && errno == EINTR);
  if (result != 0) return -errno;
  return (found.f_flags & MNT_LOCAL) ? 0 : 1;
}

#else

int variorum_is_network_file_system(const char *path) {
  (void)path;
  return 0;
}

#endif
