/* The formats of both databases, version by version. A step that was released is never edited. */
#include "store/database.h"

static const char *const diary_steps[] = {
    /* 0 → 1. The bytes are what was hashed; every other column is generated from them, so that a
     * later format adds columns without touching what verification reads. The bytes are a BLOB,
     * and SQLite 3.45 would read a blob as JSONB: hence the casts. */
    "CREATE TABLE event ("
    " seq INTEGER PRIMARY KEY,"
    " format INTEGER NOT NULL,"
    " bytes BLOB NOT NULL,"
    " prev BLOB NOT NULL CHECK (length(prev) = 32),"
    " hash BLOB NOT NULL CHECK (length(hash) = 32),"
    " type TEXT AS (json_extract(CAST(bytes AS TEXT), '$.type')) VIRTUAL,"
    " at_us INTEGER AS (json_extract(CAST(bytes AS TEXT), '$.at_us')) VIRTUAL,"
    " epoch INTEGER AS (json_extract(CAST(bytes AS TEXT), '$.epoch')) VIRTUAL,"
    " occ TEXT AS (json_extract(CAST(bytes AS TEXT), '$.occ')) VIRTUAL,"
    " original TEXT AS (substr(json_extract(CAST(bytes AS TEXT), '$.occ'),"
    "  instr(json_extract(CAST(bytes AS TEXT), '$.occ'), '@') + 1, 15)) VIRTUAL,"
    " airing INTEGER AS (json_extract(CAST(bytes AS TEXT), '$.airing')) VIRTUAL,"
    " item INTEGER AS (json_extract(CAST(bytes AS TEXT), '$.item.id')) VIRTUAL,"
    " planned_us INTEGER AS (json_extract(CAST(bytes AS TEXT), '$.planned_us')) VIRTUAL,"
    " first_us INTEGER AS (json_extract(CAST(bytes AS TEXT), '$.first_us')) VIRTUAL"
    ") STRICT;"
    "CREATE INDEX event_by_type ON event (type);"
    "CREATE INDEX event_by_occ ON event (occ, type) WHERE occ IS NOT NULL;"
    "CREATE INDEX event_closed ON event (airing, first_us) WHERE type = 'closed';"
    "CREATE INDEX event_opened ON event (item, occ, planned_us) WHERE type = 'opened';"
    "CREATE INDEX event_planned ON event (original, occ) WHERE type = 'planned';"
    "CREATE INDEX event_by_clock ON event (epoch, at_us);"
    /* Append-only. INSERT OR REPLACE is refused by the first, whatever recursive_triggers says. */
    "CREATE TRIGGER event_insert BEFORE INSERT ON event"
    " WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM event)"
    "  OR NEW.prev IS NOT coalesce((SELECT hash FROM event ORDER BY seq DESC LIMIT 1),"
    "   zeroblob(32))"
    " BEGIN SELECT RAISE(ABORT, 'the diary only grows at its end'); END;"
    "CREATE TRIGGER event_update BEFORE UPDATE ON event"
    " BEGIN SELECT RAISE(ABORT, 'the diary is never changed'); END;"
    "CREATE TRIGGER event_delete BEFORE DELETE ON event"
    " BEGIN SELECT RAISE(ABORT, 'nothing is removed from the diary'); END;",
};

const struct database_schema database_diary = {
    .application_id = 0x6c6f6164, /* "load" */
    .steps = diary_steps,
    .steps_count = sizeof diary_steps / sizeof *diary_steps,
    .generates_json = true,
};
