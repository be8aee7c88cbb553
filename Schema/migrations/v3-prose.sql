-- Variorum store, format 3: texts that were written apart are merged. No table changes; everything derived is made anew
-- from the log after this, and a conflict of type `prose` is from here on a merged text that wants a look.
DELETE FROM conflict WHERE type = 'prose';
