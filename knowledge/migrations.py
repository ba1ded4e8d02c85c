"""The store's schema as a list of steps. Append; never edit a step that has been released.

`PRAGMA user_version` counts the steps taken. Triggers write the outbox, so that no code path can forget it:
whoever commits a row also commits the news that it is not yet indexed.
"""

from __future__ import annotations

STEPS: tuple[str, ...] = (
    # 1: conversations, documents, and what is not indexed yet
    """
    CREATE TABLE conversations (
        id          TEXT PRIMARY KEY,
        title       TEXT NOT NULL,
        titled      INTEGER NOT NULL DEFAULT 0,   -- 1: by the user; 0: taken from the first prompt
        created     REAL NOT NULL,                -- Unix seconds, as all times here
        updated     REAL NOT NULL,
        external_id TEXT UNIQUE                   -- the thread's id in the export it came from
    ) STRICT;
    CREATE INDEX conversations_by_time ON conversations (updated);

    CREATE TABLE messages (
        id           INTEGER PRIMARY KEY AUTOINCREMENT,
        conversation TEXT NOT NULL REFERENCES conversations ON DELETE CASCADE,
        parent       INTEGER REFERENCES messages ON DELETE SET NULL,   -- siblings of one parent are branches
        role         TEXT NOT NULL CHECK (role IN ('system', 'user', 'assistant', 'tool')),
        author       TEXT,                        -- the name in an imported export
        text         TEXT NOT NULL,
        created      REAL NOT NULL,
        state        TEXT NOT NULL CHECK (state IN ('writing', 'complete', 'stopped', 'broken')),
        external_id  TEXT,
        model        TEXT,
        details      TEXT                         -- JSON: timings, recall, origin of an answer
    ) STRICT;
    CREATE INDEX messages_by_conversation ON messages (conversation, id);
    CREATE INDEX messages_by_parent ON messages (parent);
    CREATE INDEX messages_by_time ON messages (created);
    CREATE UNIQUE INDEX messages_by_external_id ON messages (conversation, external_id) WHERE external_id IS NOT NULL;

    CREATE TABLE documents (
        id         INTEGER PRIMARY KEY AUTOINCREMENT,
        path       TEXT NOT NULL UNIQUE,
        collection TEXT,
        title      TEXT,
        sha256     TEXT,
        size       INTEGER,
        modified   REAL,
        status     TEXT NOT NULL CHECK (status IN ('waiting', 'reading', 'indexed', 'refused')),
        reason     TEXT,
        attempts   INTEGER NOT NULL DEFAULT 0,    -- readings begun and not finished: 2 means it kills the reader
        added      REAL NOT NULL
    ) STRICT;

    CREATE TABLE passages (
        id       INTEGER PRIMARY KEY AUTOINCREMENT,
        document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
        ordinal  INTEGER NOT NULL,                -- neighbours differ by one
        text     TEXT NOT NULL,
        page     INTEGER,                         -- from 1
        heading  TEXT,
        start    INTEGER NOT NULL                 -- character offset in the document's text
    ) STRICT;
    CREATE UNIQUE INDEX passages_by_document ON passages (document, ordinal);

    CREATE TABLE sources (                        -- what an answer used, in the words it used
        message    INTEGER NOT NULL REFERENCES messages ON DELETE CASCADE,
        place      INTEGER NOT NULL,              -- the number in the sentence, from 1
        document   INTEGER REFERENCES documents ON DELETE CASCADE,   -- forgetting the origin forgets the words
        origin     INTEGER REFERENCES messages ON DELETE CASCADE,
        item       TEXT NOT NULL,                 -- JSON of a recalled item
        PRIMARY KEY (message, place)
    ) STRICT;
    CREATE INDEX sources_by_document ON sources (document);
    CREATE INDEX sources_by_origin ON sources (origin);

    CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;   -- JSON values

    CREATE TABLE outbox (
        seq    INTEGER PRIMARY KEY AUTOINCREMENT,
        kind   TEXT NOT NULL CHECK (kind IN ('message', 'passage')),
        item   INTEGER NOT NULL,
        change TEXT NOT NULL CHECK (change IN ('add', 'remove'))
    ) STRICT;

    CREATE TRIGGER message_said AFTER INSERT ON messages
        WHEN NEW.state <> 'writing' AND NEW.role IN ('user', 'assistant')
    BEGIN INSERT INTO outbox (kind, item, change) VALUES ('message', NEW.id, 'add'); END;
    CREATE TRIGGER message_finished AFTER UPDATE OF state, text ON messages
        WHEN NEW.state <> 'writing' AND NEW.role IN ('user', 'assistant')
    BEGIN INSERT INTO outbox (kind, item, change) VALUES ('message', NEW.id, 'add'); END;
    CREATE TRIGGER message_gone AFTER DELETE ON messages
    BEGIN INSERT INTO outbox (kind, item, change) VALUES ('message', OLD.id, 'remove'); END;
    CREATE TRIGGER passage_written AFTER INSERT ON passages
    BEGIN INSERT INTO outbox (kind, item, change) VALUES ('passage', NEW.id, 'add'); END;
    CREATE TRIGGER passage_gone AFTER DELETE ON passages
    BEGIN INSERT INTO outbox (kind, item, change) VALUES ('passage', OLD.id, 'remove'); END;
    """,
    # 2: what a conversation is set to, what it is about, and the pictures shown in it
    """
    ALTER TABLE conversations ADD COLUMN options TEXT;   -- JSON: what the user set for this conversation alone

    CREATE TABLE summaries (                     -- of all that was said up to and including a message, in its branch
        message INTEGER PRIMARY KEY REFERENCES messages ON DELETE CASCADE,
        text    TEXT NOT NULL,
        created REAL NOT NULL
    ) STRICT;

    CREATE TABLE images (
        message INTEGER NOT NULL REFERENCES messages ON DELETE CASCADE,
        place   INTEGER NOT NULL,                -- the order in which they are shown, from 1
        name    TEXT NOT NULL,
        data    BLOB NOT NULL,                   -- the file's bytes
        PRIMARY KEY (message, place)
    ) STRICT;
    """,
    # 3: what a document says about itself; dates in ISO 8601, as far as known
    """
    ALTER TABLE documents ADD COLUMN author TEXT;
    ALTER TABLE documents ADD COLUMN created TEXT;
    ALTER TABLE documents ADD COLUMN changed TEXT;
    ALTER TABLE documents ADD COLUMN language TEXT;   -- BCP 47
    """,
    # 4: folders that are followed as their files change
    """
    CREATE TABLE watched (
        path       TEXT PRIMARY KEY,
        collection TEXT,                          -- which its documents belong to
        added      REAL NOT NULL
    ) STRICT;
    """,
)
