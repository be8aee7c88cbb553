-- Variorum store, format 5: the remotes that this file syncs with. Of this file alone: never synced, and not derived.

CREATE TABLE remote (
  ref INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  address TEXT NOT NULL             -- the absolute path of a folder, or an http or https address; never with a password
);
CREATE TABLE remote_state (         -- what a transport remembers of a remote; losing it costs time and nothing else
  remote INTEGER NOT NULL REFERENCES remote ON DELETE CASCADE,
  name TEXT NOT NULL,
  value BLOB NOT NULL,
  PRIMARY KEY (remote, name)
) WITHOUT ROWID;
