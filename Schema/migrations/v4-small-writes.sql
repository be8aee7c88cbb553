-- Variorum store, format 4: a small write touches fewer pages. Everything derived is made anew from the log after this.

DROP TABLE head;
CREATE TABLE concurrent_head (        -- the heads, where there are several; the last change of the log is always one
  change INTEGER PRIMARY KEY
);
CREATE VIEW head AS
SELECT change FROM concurrent_head
UNION ALL
SELECT last FROM (SELECT max(arrival) AS last FROM change)
WHERE last IS NOT NULL AND NOT EXISTS (SELECT 1 FROM concurrent_head);
