-- Variorum store, format 2: what merging needs. Everything derived is made anew from the log after this.

DROP VIEW history;
DROP TABLE op;
DROP TABLE record;

-- Derived: which changes wrote to a record -----------------------------------------------------------------------------
CREATE TABLE record (
  ref INTEGER PRIMARY KEY,
  id BLOB NOT NULL,                 -- 16 bytes
  kind BLOB NOT NULL,               -- wire name
  change INTEGER,                   -- the create that made the record known here; NULL where another op did
  position INTEGER,                 -- index of that create among the ops of its change
  UNIQUE (id, kind)
);
CREATE TABLE later_op (             -- all ops but those creates
  record INTEGER NOT NULL,
  change INTEGER NOT NULL,
  position INTEGER NOT NULL,        -- index among the ops of the change
  action INTEGER NOT NULL,
  field BLOB NOT NULL,              -- wire name; empty for the life of the record
  element BLOB NOT NULL,            -- empty where the field is no set
  PRIMARY KEY (record, change, position)
) WITHOUT ROWID;
CREATE VIEW op AS
SELECT record, change, position, action, field, element FROM later_op
UNION ALL
SELECT ref, change, position, 0, x'', x'' FROM record WHERE change IS NOT NULL;

CREATE VIEW history AS
SELECT
  op.record AS ref, lower(substr(hex(record.id), 1, 8) || '-' || substr(hex(record.id), 9, 4) || '-' || substr(hex(record.id), 13, 4)
    || '-' || substr(hex(record.id), 17, 4) || '-' || substr(hex(record.id), 21)) AS record, CAST(record.kind AS TEXT) AS kind, CAST(op.field AS TEXT) AS field,
  CAST(op.element AS TEXT) AS element,
  CASE op.action WHEN 0 THEN 'create' WHEN 1 THEN 'set' WHEN 2 THEN 'add' WHEN 3 THEN 'remove' WHEN 4 THEN 'splice'
    WHEN 5 THEN 'delete' WHEN 6 THEN 'restore' WHEN 7 THEN 'restate' ELSE 'action-' || op.action END AS action,
  curator.name AS curator, change.at_ms AS at_ms, lower(hex(change.id)) AS change, lower(hex(replica.key)) AS replica,
  change.sequence AS sequence, change.arrival AS arrival
FROM op
JOIN change ON change.arrival = op.change
JOIN replica ON replica.ref = change.replica
JOIN record ON record.ref = op.record
LEFT JOIN curator ON curator.ref = change.curator;

-- By an expression: an index over the rows WHERE field = x'' made SQLite plan every statement with `field = ?` anew each
-- time it was run, as the value bound could be the empty one.
DROP INDEX live_life;
CREATE INDEX live_life ON live (record) WHERE length(field) = 0;

-- Derived: places in a log that several changes have.
CREATE TABLE fork (
  replica INTEGER NOT NULL REFERENCES replica,
  sequence INTEGER NOT NULL,
  PRIMARY KEY (replica, sequence)
) WITHOUT ROWID;

-- Changes that came before something that they name: checked and kept, and applied when that has come ---------------------
CREATE TABLE waiting (
  number INTEGER PRIMARY KEY,       -- order of arrival
  id BLOB NOT NULL UNIQUE,          -- SHA-256 of the header
  replica BLOB NOT NULL,            -- Ed25519 public key
  sequence INTEGER NOT NULL,        -- place in the replica's log
  previous BLOB,                    -- id of the log's change before it
  header BLOB NOT NULL,             -- Schema/change.cddl
  body BLOB,
  seal BLOB
);
CREATE INDEX waiting_by_log ON waiting (replica, sequence);
CREATE TABLE waiting_for (
  missing BLOB NOT NULL,            -- id of a change that is not applied
  waiting INTEGER NOT NULL REFERENCES waiting,
  PRIMARY KEY (missing, waiting)
) WITHOUT ROWID;
CREATE INDEX waiting_for_waiting ON waiting_for (waiting);
