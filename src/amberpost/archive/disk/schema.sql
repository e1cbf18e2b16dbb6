-- The archive's database: the queue, what was answered, and where in the WARC segments it lies.
-- Times are Unix seconds (REAL) where the queue reckons with them, WARC dates (TEXT, UTC) where they are evidence.
-- A column `sha256` is the digest of what its comment names, in hex; of several columns, with a NUL between them.

CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE citation(
  id TEXT PRIMARY KEY, article TEXT, platform TEXT, handle TEXT, permalink TEXT,
  record TEXT NOT NULL,                                  -- the row as it was given, JSON
  sha256 TEXT NOT NULL                                   -- of record
) WITHOUT ROWID;

CREATE TABLE link(
  id INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE,
  lane TEXT NOT NULL, rank INTEGER NOT NULL,             -- rank: 1 requisite, 0 all others
  role TEXT NOT NULL CHECK(role IN ('cited', 'hop', 'requisite', 'robots', 'post', 'save')),
  depth INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'pending' CHECK(state IN ('pending', 'captured', 'refused', 'failed')),
  reason TEXT NOT NULL DEFAULT '', next_at REAL NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0, failing_since REAL,
  outcome TEXT, status INTEGER,
  near INTEGER,                                          -- of a TimeGate's question: for which time (Unix seconds)
  target INTEGER REFERENCES link(id)                     -- where its answer leads
);
CREATE INDEX link_due ON link(lane, rank, next_at, id) WHERE state = 'pending';
CREATE INDEX link_next ON link(next_at) WHERE state = 'pending';
CREATE INDEX link_state ON link(state, lane);
CREATE INDEX link_target ON link(target) WHERE target IS NOT NULL;

CREATE TABLE citation_link(                              -- the links of a citation, as printed, in order
  citation TEXT NOT NULL REFERENCES citation(id), position INTEGER NOT NULL,
  url TEXT NOT NULL, link INTEGER NOT NULL REFERENCES link(id),
  PRIMARY KEY(citation, position)
) WITHOUT ROWID;
CREATE INDEX citation_link_link ON citation_link(link);

CREATE TABLE requisite(page INTEGER NOT NULL REFERENCES link(id), link INTEGER NOT NULL REFERENCES link(id),
  PRIMARY KEY(page, link)) WITHOUT ROWID;
CREATE INDEX requisite_link ON requisite(link);

CREATE TABLE segment(
  name TEXT PRIMARY KEY, size INTEGER NOT NULL,          -- bytes that are safe
  head_length INTEGER NOT NULL, head_sha256 TEXT NOT NULL,   -- the warcinfo record that it begins with, as it lies there
  about TEXT NOT NULL,                                   -- the block of that record: another about, another segment
  indexed INTEGER NOT NULL DEFAULT 0                     -- bytes that index/NAME.cdxj covers
) WITHOUT ROWID;

CREATE TABLE capture(
  id INTEGER PRIMARY KEY, link INTEGER NOT NULL REFERENCES link(id), settled INTEGER NOT NULL,
  date TEXT NOT NULL, outcome TEXT NOT NULL, status INTEGER, mime TEXT,
  record_type TEXT NOT NULL CHECK(record_type IN ('response', 'revisit', 'metadata')),
  record_id TEXT NOT NULL, truncated TEXT, payload_digest TEXT,
  segment TEXT NOT NULL REFERENCES segment(name),
  offset INTEGER NOT NULL, length INTEGER NOT NULL,      -- the whole group of records
  record_offset INTEGER NOT NULL, record_length INTEGER NOT NULL,   -- the response, revisit or metadata record in it
  sha256 TEXT NOT NULL,                                  -- of the group's bytes in the file, hex
  UNIQUE(segment, offset)
);
CREATE UNIQUE INDEX capture_settled ON capture(link) WHERE settled;
CREATE INDEX capture_link ON capture(link);
CREATE TABLE payload(digest TEXT PRIMARY KEY, capture INTEGER NOT NULL REFERENCES capture(id)) WITHOUT ROWID;
CREATE TABLE revisit(capture INTEGER PRIMARY KEY REFERENCES capture(id), original INTEGER NOT NULL REFERENCES capture(id));
CREATE INDEX revisit_original ON revisit(original);

CREATE TABLE lane(name TEXT PRIMARY KEY, next_at REAL NOT NULL, failures INTEGER NOT NULL, until REAL NOT NULL) WITHOUT ROWID;

CREATE TABLE forgotten(
  digest TEXT PRIMARY KEY,                               -- HMAC-SHA-256 of a URL or handle, hex
  sha256 TEXT NOT NULL                                   -- of digest
) WITHOUT ROWID;

-- What became of the cited posts. A question is a link whose answer tells of a post: a service's, or the post's own page.
CREATE TABLE post(
  id INTEGER PRIMARY KEY, platform TEXT NOT NULL,
  realm TEXT NOT NULL DEFAULT '',                        -- the server or account whose ids it is one of; '': the platform's
  post_id TEXT NOT NULL,
  permalink TEXT NOT NULL, handle TEXT,                  -- as the links that led here name it
  outcome TEXT NOT NULL DEFAULT 'never-asked', reason TEXT NOT NULL DEFAULT '',
  record TEXT,                                           -- what is known of it, JSON
  capture INTEGER REFERENCES capture(id),                -- the answer that says so
  sha256 TEXT,                                           -- of outcome, reason, record; null: nothing is known yet
  UNIQUE(platform, realm, post_id)
);
CREATE INDEX post_id ON post(post_id);
CREATE TABLE question(
  post INTEGER NOT NULL REFERENCES post(id), link INTEGER NOT NULL REFERENCES link(id),
  source TEXT NOT NULL,
  settled INTEGER NOT NULL DEFAULT 0,                    -- whether nothing more is to come
  outcome TEXT, reason TEXT,                             -- of the answer, once it is read
  record TEXT, leads TEXT NOT NULL DEFAULT '[]',         -- JSON
  more TEXT,                                             -- where a list of leads goes on
  capture INTEGER REFERENCES capture(id),
  sha256 TEXT,                                           -- of outcome, reason, record, leads, more; null: not read yet
  PRIMARY KEY(post, link)
) WITHOUT ROWID;
CREATE INDEX question_link ON question(link);
CREATE TABLE verdict(
  citation TEXT PRIMARY KEY REFERENCES citation(id), post INTEGER REFERENCES post(id),
  verdict TEXT NOT NULL, reasons TEXT NOT NULL,          -- JSON
  text TEXT,                                             -- the verified words
  sha256 TEXT NOT NULL                                   -- of post, verdict, reasons, text
) WITHOUT ROWID;
CREATE INDEX verdict_post ON verdict(post);
CREATE TABLE unread(link INTEGER PRIMARY KEY REFERENCES link(id));      -- what has news of a post that nobody has read
CREATE TABLE unjudged(citation TEXT PRIMARY KEY REFERENCES citation(id)) WITHOUT ROWID;

-- Each citation beside every capture its links led to: hop 0 is the printed link itself.
CREATE VIEW citation_capture AS
WITH RECURSIVE chain(citation, url, link, hop) AS (
  SELECT citation, url, link, 0 FROM citation_link
  UNION
  SELECT chain.citation, chain.url, link.target, chain.hop + 1
  FROM chain JOIN link ON link.id = chain.link WHERE link.target IS NOT NULL AND chain.hop < 20
)
SELECT chain.citation AS citation_id, chain.url AS link, chain.hop AS hop, link.url AS url, capture.id AS capture_id,
       capture.date, capture.outcome, capture.status, capture.mime, capture.segment, capture.offset, capture.length
FROM chain JOIN link ON link.id = chain.link JOIN capture ON capture.link = link.id AND capture.settled;
