-- Variorum store, format 1. Schema/migrations/README.md says what each table and view is for.
PRAGMA application_id = 0x56415249;  -- "VARI"
-- The log (replica, change) is the truth; everything below it is derived by `variorum doctor --rebuild`.

CREATE TABLE store (
  id BLOB NOT NULL,                 -- 16 bytes: the store's UUID; replicas of each other share it
  created_ms INTEGER NOT NULL       -- when this file was made
);
-- Of this file alone, never synced: the replica keys that were minted for it, and who writes with each.
CREATE TABLE local_replica (
  ordinal INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE,         -- Ed25519 public key
  minted_ms INTEGER NOT NULL
);
CREATE TABLE local_setting (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;

-- The log ----------------------------------------------------------------------------------------------------------
CREATE TABLE replica (
  ref INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE          -- Ed25519 public key, which names the replica
);
CREATE TABLE change (
  arrival INTEGER PRIMARY KEY,      -- order in which this store applied it
  id BLOB NOT NULL UNIQUE,          -- SHA-256 of the header
  replica INTEGER NOT NULL REFERENCES replica,
  sequence INTEGER NOT NULL,        -- place in the replica's log, from 1
  depth INTEGER NOT NULL,           -- causal depth
  curator INTEGER NOT NULL,         -- record.ref of who wrote it
  at_ms INTEGER NOT NULL,           -- wall time, to be shown
  batch INTEGER NOT NULL,           -- arrival of the first change that came in the same transaction
  header BLOB NOT NULL,             -- Schema/change.cddl
  body BLOB,
  seal BLOB                         -- Ed25519 signature, where a commit ends
);
CREATE INDEX change_by_log ON change (replica, sequence);

-- Derived: the kernel's state --------------------------------------------------------------------------------------
CREATE TABLE head (change INTEGER PRIMARY KEY);
CREATE TABLE record (
  ref INTEGER PRIMARY KEY,
  id BLOB NOT NULL,                 -- 16 bytes
  kind BLOB NOT NULL,               -- wire name
  UNIQUE (id, kind)
);
CREATE TABLE op (                   -- which changes wrote to a record, and where
  record INTEGER NOT NULL,
  change INTEGER NOT NULL,
  position INTEGER NOT NULL,        -- index among the ops of the change
  action INTEGER NOT NULL,
  field BLOB NOT NULL,              -- wire name; empty for the life of the record
  element BLOB NOT NULL,            -- empty where the field is no set
  PRIMARY KEY (record, change, position)
) WITHOUT ROWID;
CREATE TABLE live (                 -- live ops of the cells that anything but a create was written to
  record INTEGER NOT NULL,
  field BLOB NOT NULL,
  element BLOB NOT NULL,
  change INTEGER NOT NULL,
  PRIMARY KEY (record, field, element, change)
) WITHOUT ROWID;
CREATE INDEX live_life ON live (record) WHERE field = x'';

-- Derived: the typed tables ----------------------------------------------------------------------------------------
-- Ids are UUIDs as text; times are milliseconds since 1970 UTC; `deleted` is 1 for a deleted record.
-- `selector` is a JSON object, `authors` a JSON array.
CREATE TABLE source (
  ref INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
  doi TEXT, pmid TEXT, pmcid TEXT, url TEXT, title TEXT, authors TEXT, container TEXT, issued TEXT, retracted INTEGER,
  curator TEXT NOT NULL, created_ms INTEGER NOT NULL, modified_ms INTEGER NOT NULL, deleted INTEGER NOT NULL
);
CREATE INDEX source_by_doi ON source (doi);
CREATE INDEX source_by_pmid ON source (pmid);
CREATE INDEX source_by_pmcid ON source (pmcid);
CREATE INDEX source_by_url ON source (url);
CREATE TABLE claim (
  ref INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
  statement TEXT, source TEXT, selector TEXT, via TEXT, subject TEXT, predicate TEXT, object TEXT, negated INTEGER,
  status TEXT,
  curator TEXT NOT NULL, created_ms INTEGER NOT NULL, modified_ms INTEGER NOT NULL, deleted INTEGER NOT NULL
);
CREATE INDEX claim_by_source ON claim (source);
CREATE TABLE annotation (
  ref INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
  target TEXT, motivation TEXT, body TEXT, selector TEXT,
  curator TEXT NOT NULL, created_ms INTEGER NOT NULL, modified_ms INTEGER NOT NULL, deleted INTEGER NOT NULL
);
CREATE INDEX annotation_by_target ON annotation (target);
CREATE INDEX annotation_by_curator ON annotation (curator);
CREATE TABLE assessment (
  ref INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
  claim TEXT, stance TEXT, body TEXT,
  curator TEXT NOT NULL, created_ms INTEGER NOT NULL, modified_ms INTEGER NOT NULL, deleted INTEGER NOT NULL
);
CREATE INDEX assessment_by_claim ON assessment (claim);
CREATE TABLE evidence (
  ref INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
  target TEXT, direction TEXT, source TEXT, selector TEXT, eco TEXT, strength TEXT,
  curator TEXT NOT NULL, created_ms INTEGER NOT NULL, modified_ms INTEGER NOT NULL, deleted INTEGER NOT NULL
);
CREATE INDEX evidence_by_target ON evidence (target);
CREATE TABLE link (
  ref INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
  type TEXT, "from" TEXT, "to" TEXT,
  curator TEXT NOT NULL, created_ms INTEGER NOT NULL, modified_ms INTEGER NOT NULL, deleted INTEGER NOT NULL
);
CREATE INDEX link_by_from ON link ("from");
CREATE INDEX link_by_to ON link ("to");
CREATE TABLE term (
  ref INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
  curie TEXT, label TEXT, type TEXT,
  curator TEXT NOT NULL, created_ms INTEGER NOT NULL, modified_ms INTEGER NOT NULL, deleted INTEGER NOT NULL
);
CREATE INDEX term_by_curie ON term (curie);
CREATE TABLE curator (
  ref INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
  name TEXT, orcid TEXT, affiliation TEXT,
  curator TEXT NOT NULL, created_ms INTEGER NOT NULL, modified_ms INTEGER NOT NULL, deleted INTEGER NOT NULL
);
-- The elements of the set fields: one row for each that is present.
CREATE TABLE tag (record TEXT NOT NULL, tag TEXT NOT NULL, PRIMARY KEY (record, tag)) WITHOUT ROWID;
CREATE INDEX tag_by_tag ON tag (tag, record);
CREATE TABLE entity (record TEXT NOT NULL, entity TEXT NOT NULL, PRIMARY KEY (record, entity)) WITHOUT ROWID;
CREATE INDEX entity_by_entity ON entity (entity, record);
CREATE TABLE qualifier (record TEXT NOT NULL, qualifier TEXT NOT NULL, PRIMARY KEY (record, qualifier)) WITHOUT ROWID;
CREATE TABLE synonym (record TEXT NOT NULL, synonym TEXT NOT NULL, PRIMARY KEY (record, synonym)) WITHOUT ROWID;

CREATE TABLE conflict (
  record TEXT NOT NULL,             -- the record's UUID
  kind TEXT NOT NULL,
  field TEXT NOT NULL,              -- empty for the life of the record
  type TEXT NOT NULL,               -- register, prose, life or target
  readings INTEGER NOT NULL,        -- how many live values, unseen edits or unseen records there are
  PRIMARY KEY (record, kind, field, type)
) WITHOUT ROWID;

-- Full text of statements, bodies, quotes, titles, names and labels; rowid = record.ref. Without the lengths of the
-- texts (columnsize), which only the ranking would use.
CREATE VIRTUAL TABLE text_index USING fts5(
  text, content='', tokenize="unicode61 remove_diacritics 2", columnsize=0
);
-- Words are gathered in memory up to so many bytes, and segments merged less eagerly, so that a bulk import writes
-- little; small leaves let a single write touch fewer pages.
INSERT INTO text_index (text_index, rank) VALUES ('hashsize', 8388608), ('pgsz', 2000), ('automerge', 8);

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
