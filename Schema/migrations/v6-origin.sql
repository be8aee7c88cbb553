-- Variorum store, format 6: what a file said of a record that no field holds. Everything derived is made anew after this.
-- `origin` is a JSON object; Schema/records.md.

ALTER TABLE source ADD COLUMN origin TEXT;
ALTER TABLE claim ADD COLUMN origin TEXT;
ALTER TABLE annotation ADD COLUMN origin TEXT;
ALTER TABLE assessment ADD COLUMN origin TEXT;
ALTER TABLE evidence ADD COLUMN origin TEXT;
ALTER TABLE link ADD COLUMN origin TEXT;
ALTER TABLE term ADD COLUMN origin TEXT;
ALTER TABLE curator ADD COLUMN origin TEXT;
