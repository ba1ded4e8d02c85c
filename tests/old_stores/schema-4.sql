-- The store of schema-3.sql as schema 4 left it: folders that are followed, what was read there, and a later question.
-- Tests load it and open it with the Haema of today; it is never changed.
PRAGMA user_version = 4;
BEGIN TRANSACTION;
CREATE TABLE conversations (
        id          TEXT PRIMARY KEY,
        title       TEXT NOT NULL,
        titled      INTEGER NOT NULL DEFAULT 0,   -- 1: by the user; 0: taken from the first prompt
        created     REAL NOT NULL,                -- Unix seconds, as all times here
        updated     REAL NOT NULL,
        external_id TEXT UNIQUE                   -- the thread's id in the export it came from
    , options TEXT) STRICT;
INSERT INTO "conversations" VALUES('c1','부산 사무실 임대차',1,1772000000.0,1772000120.5,NULL,'{"preset": "precise"}');
INSERT INTO "conversations" VALUES('c2','Jin''s birthday plans',0,1771000000.0,1771000060.0,'export-77',NULL);
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
    , author TEXT, created TEXT, changed TEXT, language TEXT) STRICT;
INSERT INTO "documents" VALUES(1,'/home/jin/임대차계약서.hwp',NULL,'임대차계약서','ab12',20480,1770000000.0,'indexed',NULL,0,1771900000.0,'김민지','2026-08-01','2026-08-20T10:00:00','ko');
INSERT INTO "documents" VALUES(2,'/home/jin/scan.pdf',NULL,NULL,NULL,99,1770000000.0,'refused','no text',1,1771900000.0,NULL,NULL,NULL,NULL);
INSERT INTO "documents" VALUES(3,'/home/jin/계약/lease-2.txt','계약서','Lease 2','cd34',120,1772200000.0,'indexed',NULL,0,1772300001.0,NULL,NULL,NULL,'en');
CREATE TABLE images (
        message INTEGER NOT NULL REFERENCES messages ON DELETE CASCADE,
        place   INTEGER NOT NULL,                -- the order in which they are shown, from 1
        name    TEXT NOT NULL,
        data    BLOB NOT NULL,                   -- the file's bytes
        PRIMARY KEY (message, place)
    ) STRICT;
INSERT INTO "images" VALUES(1,1,'계약서.png',X'89504E470D0A1A0A');
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
INSERT INTO "messages" VALUES(1,'c2',NULL,'user','Jin','Could I take over the corner room from September?',1771000000.0,'complete','m-1',NULL,NULL);
INSERT INTO "messages" VALUES(2,'c2',1,'assistant','ChatGPT','That depends on the landlord.',1771000060.0,'complete','m-2','gpt-4',NULL);
INSERT INTO "messages" VALUES(3,'c1',NULL,'user',NULL,'계약이 언제 끝나지?',1772000000.0,'complete',NULL,NULL,NULL);
INSERT INTO "messages" VALUES(4,'c1',3,'assistant',NULL,'2027년 8월 31일에 끝나요 [1].',1772000010.0,'complete',NULL,NULL,'{"origin": "documents", "finish": "stop", "timings": {"ttft_ms": 310.0, "prompt_tokens": 200, "reused_tokens": 0, "generated_tokens": 12, "tokens_per_s": 61.2, "recall_ms": 28.0}, "recall": {"decision": "recalled", "tokens": 40, "milliseconds": 28.0, "why": ""}}');
INSERT INTO "messages" VALUES(5,'c1',3,'assistant',NULL,'8월',1772000100.0,'stopped',NULL,NULL,NULL);
INSERT INTO "messages" VALUES(6,'c1',3,'assistant',NULL,'2027년 8월 31일이에요. ''서면''으로 알려야 해요.',1772000120.5,'complete',NULL,NULL,NULL);
INSERT INTO "messages" VALUES(7,'c1',6,'user',NULL,'두 번째 계약은?',1772300200.0,'complete',NULL,NULL,NULL);
INSERT INTO "messages" VALUES(8,'c1',7,'assistant',NULL,'It ends on 31 August 2028.',1772300205.0,'complete',NULL,'starter','{"origin": "documents"}');
CREATE TABLE outbox (
        seq    INTEGER PRIMARY KEY AUTOINCREMENT,
        kind   TEXT NOT NULL CHECK (kind IN ('message', 'passage')),
        item   INTEGER NOT NULL,
        change TEXT NOT NULL CHECK (change IN ('add', 'remove'))
    ) STRICT;
INSERT INTO "outbox" VALUES(1,'message',1,'add');
INSERT INTO "outbox" VALUES(2,'message',2,'add');
INSERT INTO "outbox" VALUES(3,'message',3,'add');
INSERT INTO "outbox" VALUES(4,'message',4,'add');
INSERT INTO "outbox" VALUES(5,'message',5,'add');
INSERT INTO "outbox" VALUES(6,'message',6,'add');
INSERT INTO "outbox" VALUES(7,'passage',1,'add');
INSERT INTO "outbox" VALUES(8,'passage',2,'add');
INSERT INTO "outbox" VALUES(9,'message',7,'add');
INSERT INTO "outbox" VALUES(10,'message',8,'add');
CREATE TABLE passages (
        id       INTEGER PRIMARY KEY AUTOINCREMENT,
        document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
        ordinal  INTEGER NOT NULL,                -- neighbours differ by one
        text     TEXT NOT NULL,
        page     INTEGER,                         -- from 1
        heading  TEXT,
        start    INTEGER NOT NULL                 -- character offset in the document's text
    ) STRICT;
INSERT INTO "passages" VALUES(1,1,0,'계약 기간은 2027년 8월 31일에 끝나고 1년씩 연장된다.',3,'제7조 계약 기간',0);
INSERT INTO "passages" VALUES(2,3,0,'The second lease ends on 31 August 2028.',NULL,NULL,0);
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
INSERT INTO "settings" VALUES('welcomed','true');
INSERT INTO "settings" VALUES('left_width','260');
INSERT INTO "settings" VALUES('language','"ko"');
INSERT INTO "settings" VALUES('profiles','{"starter|box|0.3.36": "plain"}');
INSERT INTO "settings" VALUES('left_out','["00ff"]');
CREATE TABLE sources (                        -- what an answer used, in the words it used
        message    INTEGER NOT NULL REFERENCES messages ON DELETE CASCADE,
        place      INTEGER NOT NULL,              -- the number in the sentence, from 1
        document   INTEGER REFERENCES documents ON DELETE CASCADE,   -- forgetting the origin forgets the words
        origin     INTEGER REFERENCES messages ON DELETE CASCADE,
        item       TEXT NOT NULL,                 -- JSON of a recalled item
        PRIMARY KEY (message, place)
    ) STRICT;
INSERT INTO "sources" VALUES(4,1,1,NULL,'{"kind": "document", "id": "passage:1", "text": "계약 기간은 2027년 8월 31일에 끝나고 1년씩 연장된다.", "score": 0.9, "parts": {"words": 0.9}, "why": ["words"], "matches": [[7, 20]], "tokens": 20, "document": 1, "title": "임대차계약서", "path": "/home/jin/임대차계약서.hwp", "page": 3, "heading": "제7조 계약 기간", "conversation": null, "messages": [], "external_ids": [], "role": null, "author": null, "time": null}');
INSERT INTO "sources" VALUES(8,1,3,NULL,'{"kind": "document", "id": "passage:2", "text": "The second lease ends on 31 August 2028.", "score": 1.2, "parts": {}, "why": [], "matches": [], "tokens": 12, "document": 3}');
CREATE TABLE summaries (                     -- of all that was said up to and including a message, in its branch
        message INTEGER PRIMARY KEY REFERENCES messages ON DELETE CASCADE,
        text    TEXT NOT NULL,
        created REAL NOT NULL
    ) STRICT;
INSERT INTO "summaries" VALUES(2,'계약 기간과 해지 통보에 대해 이야기했다.',1772000200.0);
CREATE TABLE watched (
        path       TEXT PRIMARY KEY,
        collection TEXT,                          -- which its documents belong to
        added      REAL NOT NULL
    ) STRICT;
INSERT INTO "watched" VALUES('/home/jin/계약','계약서',1772300000.0);
INSERT INTO "watched" VALUES('/home/jin/papers',NULL,1772300100.0);
CREATE INDEX conversations_by_time ON conversations (updated);
CREATE INDEX messages_by_conversation ON messages (conversation, id);
CREATE INDEX messages_by_parent ON messages (parent);
CREATE INDEX messages_by_time ON messages (created);
CREATE UNIQUE INDEX messages_by_external_id ON messages (conversation, external_id) WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX passages_by_document ON passages (document, ordinal);
CREATE INDEX sources_by_document ON sources (document);
CREATE INDEX sources_by_origin ON sources (origin);
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
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('outbox',10);
INSERT INTO "sqlite_sequence" VALUES('messages',8);
INSERT INTO "sqlite_sequence" VALUES('documents',3);
INSERT INTO "sqlite_sequence" VALUES('passages',2);
COMMIT;
