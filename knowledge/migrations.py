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
    # 5: facts, projects, what is summed up in idle time, how often a thing was of use, and what can be brought back
    """
    CREATE TABLE projects (                       -- what belongs to one is never recalled outside it
        id      TEXT PRIMARY KEY,
        name    TEXT NOT NULL,
        created REAL NOT NULL
    ) STRICT;
    ALTER TABLE conversations ADD COLUMN project TEXT REFERENCES projects ON DELETE CASCADE;
    ALTER TABLE conversations ADD COLUMN sealed INTEGER NOT NULL DEFAULT 0;   -- 1: nothing comes in, nothing goes out
    ALTER TABLE documents ADD COLUMN project TEXT REFERENCES projects ON DELETE CASCADE;
    ALTER TABLE watched ADD COLUMN project TEXT REFERENCES projects ON DELETE CASCADE;
    CREATE INDEX conversations_by_project ON conversations (project) WHERE project IS NOT NULL;
    CREATE INDEX documents_by_project ON documents (project) WHERE project IS NOT NULL;
    CREATE INDEX conversations_sealed ON conversations (sealed) WHERE sealed = 1;

    CREATE TABLE facts (
        id          INTEGER PRIMARY KEY AUTOINCREMENT,
        text        TEXT NOT NULL,                -- one statement in the user's words
        kind        TEXT NOT NULL CHECK (kind IN ('told', 'noticed', 'correction', 'written')),
        state       TEXT NOT NULL CHECK (state IN ('kept', 'proposed', 'sensitive', 'declined')),  -- 'kept': recalled
        slot        TEXT,                         -- what it is a statement of; a newer value ends an older one
        value       TEXT,
        origin      INTEGER REFERENCES messages ON DELETE SET NULL,        -- the turn that says so
        conversation TEXT REFERENCES conversations ON DELETE CASCADE,      -- of a sealed one
        project     TEXT REFERENCES projects ON DELETE CASCADE,
        valid_from  REAL NOT NULL,
        valid_until REAL,                         -- NULL: it holds
        successor   INTEGER REFERENCES facts ON DELETE SET NULL,           -- the fact that ended it
        created     REAL NOT NULL
    ) STRICT;
    CREATE INDEX facts_by_slot ON facts (slot, valid_until);
    CREATE INDEX facts_by_origin ON facts (origin);
    CREATE INDEX facts_apart ON facts (project, conversation) WHERE project IS NOT NULL OR conversation IS NOT NULL;
    CREATE TABLE fact_turns (                     -- every turn that says so, and what it gives for the value
        fact    INTEGER NOT NULL REFERENCES facts ON DELETE CASCADE,
        message INTEGER NOT NULL REFERENCES messages ON DELETE CASCADE,
        value   TEXT NOT NULL,
        PRIMARY KEY (fact, message)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX fact_turns_by_message ON fact_turns (message);

    CREATE TABLE unconsidered (                   -- the user's turns in which no facts were looked for yet
        message INTEGER PRIMARY KEY REFERENCES messages ON DELETE CASCADE
    ) STRICT;
    CREATE TABLE unproposed (                     -- those in which rules found none, but a model may
        message INTEGER PRIMARY KEY REFERENCES messages ON DELETE CASCADE
    ) STRICT;

    CREATE TABLE episodes (                       -- what a part of a conversation, or all of it, was about
        id           INTEGER PRIMARY KEY AUTOINCREMENT,
        conversation TEXT NOT NULL REFERENCES conversations ON DELETE CASCADE,
        level        TEXT NOT NULL CHECK (level IN ('episode', 'conversation')),
        text         TEXT NOT NULL,
        digest       TEXT NOT NULL,               -- of the turns it sums up
        created      REAL NOT NULL
    ) STRICT;
    CREATE INDEX episodes_by_conversation ON episodes (conversation);
    CREATE TABLE episode_turns (
        episode INTEGER NOT NULL REFERENCES episodes ON DELETE CASCADE,
        message INTEGER NOT NULL REFERENCES messages ON DELETE CASCADE,
        PRIMARY KEY (episode, message)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX episode_turns_by_message ON episode_turns (message);
    CREATE TRIGGER summed_up_gone BEFORE DELETE ON messages
    BEGIN DELETE FROM episodes WHERE id IN (SELECT episode FROM episode_turns WHERE message = OLD.id); END;
    CREATE TRIGGER summed_up_changed AFTER UPDATE OF text ON messages WHEN OLD.text <> NEW.text
    BEGIN DELETE FROM episodes WHERE id IN (SELECT episode FROM episode_turns WHERE message = OLD.id); END;

    CREATE TABLE uses (                           -- how often an answer rested on an item, and when it last did
        kind  TEXT NOT NULL CHECK (kind IN ('message', 'passage', 'fact')),
        item  INTEGER NOT NULL,
        count INTEGER NOT NULL,
        last  REAL NOT NULL,
        PRIMARY KEY (kind, item)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE pins (
        kind    TEXT NOT NULL CHECK (kind IN ('message', 'passage', 'fact')),
        item    INTEGER NOT NULL,
        created REAL NOT NULL,
        PRIMARY KEY (kind, item)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE bin (                            -- what was forgotten and can be brought back until `until`
        id      INTEGER PRIMARY KEY AUTOINCREMENT,
        kind    TEXT NOT NULL,
        title   TEXT NOT NULL,
        content TEXT NOT NULL,                    -- JSON of the rows
        deleted REAL NOT NULL,
        until   REAL NOT NULL
    ) STRICT;

    CREATE TABLE imports (                        -- how far the reading of an export has come
        digest   TEXT PRIMARY KEY,                -- SHA-256 of the file
        place    INTEGER NOT NULL,                -- conversations done
        finished REAL
    ) STRICT;

    ALTER TABLE sources ADD COLUMN fact INTEGER REFERENCES facts ON DELETE CASCADE;
    CREATE INDEX sources_by_fact ON sources (fact) WHERE fact IS NOT NULL;

    DROP TRIGGER message_said;
    DROP TRIGGER message_finished;
    DROP TRIGGER message_gone;
    DROP TRIGGER passage_written;
    DROP TRIGGER passage_gone;
    CREATE TABLE news (
        seq    INTEGER PRIMARY KEY AUTOINCREMENT,
        kind   TEXT NOT NULL CHECK (kind IN ('message', 'passage', 'fact', 'episode')),
        item   INTEGER NOT NULL,
        change TEXT NOT NULL CHECK (change IN ('add', 'remove'))
    ) STRICT;
    INSERT INTO news SELECT seq, kind, item, change FROM outbox;
    DROP TABLE outbox;
    ALTER TABLE news RENAME TO outbox;

    CREATE TRIGGER message_said AFTER INSERT ON messages
        WHEN NEW.state <> 'writing' AND NEW.role IN ('user', 'assistant')
    BEGIN INSERT INTO outbox (kind, item, change) VALUES ('message', NEW.id, 'add'); END;
    CREATE TRIGGER message_finished AFTER UPDATE OF state, text ON messages
        WHEN NEW.state <> 'writing' AND NEW.role IN ('user', 'assistant')
    BEGIN INSERT INTO outbox (kind, item, change) VALUES ('message', NEW.id, 'add'); END;
    CREATE TRIGGER message_gone AFTER DELETE ON messages
    BEGIN
        INSERT INTO outbox (kind, item, change) VALUES ('message', OLD.id, 'remove');
        DELETE FROM uses WHERE kind = 'message' AND item = OLD.id;
        DELETE FROM pins WHERE kind = 'message' AND item = OLD.id;
    END;
    CREATE TRIGGER passage_written AFTER INSERT ON passages
    BEGIN INSERT INTO outbox (kind, item, change) VALUES ('passage', NEW.id, 'add'); END;
    CREATE TRIGGER passage_gone AFTER DELETE ON passages
    BEGIN
        INSERT INTO outbox (kind, item, change) VALUES ('passage', OLD.id, 'remove');
        DELETE FROM uses WHERE kind = 'passage' AND item = OLD.id;
        DELETE FROM pins WHERE kind = 'passage' AND item = OLD.id;
    END;
    CREATE TRIGGER fact_written AFTER INSERT ON facts WHEN NEW.state = 'kept'
    BEGIN INSERT INTO outbox (kind, item, change) VALUES ('fact', NEW.id, 'add'); END;
    CREATE TRIGGER fact_changed AFTER UPDATE OF text, state ON facts
    BEGIN INSERT INTO outbox (kind, item, change) VALUES ('fact', NEW.id, 'add'); END;
    CREATE TRIGGER fact_gone AFTER DELETE ON facts
    BEGIN
        INSERT INTO outbox (kind, item, change) VALUES ('fact', OLD.id, 'remove');
        DELETE FROM uses WHERE kind = 'fact' AND item = OLD.id;
        DELETE FROM pins WHERE kind = 'fact' AND item = OLD.id;
    END;
    CREATE TRIGGER episode_written AFTER INSERT ON episodes
    BEGIN INSERT INTO outbox (kind, item, change) VALUES ('episode', NEW.id, 'add'); END;
    CREATE TRIGGER episode_gone AFTER DELETE ON episodes
    BEGIN INSERT INTO outbox (kind, item, change) VALUES ('episode', OLD.id, 'remove'); END;
    CREATE TRIGGER message_to_consider AFTER INSERT ON messages WHEN NEW.role = 'user' AND NEW.state <> 'writing'
    BEGIN INSERT INTO unconsidered (message) VALUES (NEW.id); END;
    INSERT INTO unconsidered SELECT id FROM messages WHERE role = 'user' AND state <> 'writing';
    """,
)
