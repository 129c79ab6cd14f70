/** Raised with every migration. */
export const SCHEMA_VERSION = 7;

/**
 * The tables, for whoever opens `bentham.db` with a tool of their own. Moments are in milliseconds on the store's time,
 * which is about Unix time (see store-time.ts); columns that end in `_iso` are for people.
 */
export const SCHEMA = `
CREATE TABLE boot (                -- one row per start of the machine: what store time is measured from
  boot_id TEXT PRIMARY KEY,
  anchor REAL NOT NULL             -- store time minus the machine's monotonic clock
) STRICT, WITHOUT ROWID;

CREATE TABLE worker (              -- who holds leases
  worker_id TEXT PRIMARY KEY,
  pid INTEGER NOT NULL,
  start_time TEXT NOT NULL,        -- of the process, as its machine tells it
  namespace TEXT NOT NULL,         -- of process ids
  boot_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE run (
  run_id TEXT PRIMARY KEY,
  study TEXT NOT NULL,
  series INTEGER NOT NULL,
  plan_hash TEXT NOT NULL,
  settings TEXT NOT NULL,          -- JSON: what may change between two starts
  queue_name TEXT NOT NULL,
  planned INTEGER NOT NULL,        -- cells
  enqueued INTEGER NOT NULL,       -- 1 when every cell is in the table job
  finished INTEGER NOT NULL,       -- 1 when every cell has ended
  asks INTEGER NOT NULL,           -- questions let out
  spent_nano INTEGER NOT NULL DEFAULT 0, -- what they cost, in billionths of a US dollar
  refused INTEGER NOT NULL DEFAULT 0, -- 1 when the money was too little for a question, and none has come back since
  revision INTEGER NOT NULL,       -- raised with every start, as plan (where surfaces are) and settings may change then
  created_iso TEXT NOT NULL,
  UNIQUE (study, series)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_plan (            -- apart from the run: a row is written as a whole, and a plan can be long
  run_id TEXT PRIMARY KEY,
  plan TEXT NOT NULL               -- JSON: how it is asked and judged
) STRICT, WITHOUT ROWID;

CREATE TABLE plan (                -- names the questions that runs of one study and hash share
  plan_id INTEGER PRIMARY KEY,
  study TEXT NOT NULL,
  plan_hash TEXT NOT NULL,
  UNIQUE (study, plan_hash)
) STRICT;

CREATE TABLE question (            -- what is asked
  plan_id INTEGER NOT NULL,
  query_id TEXT NOT NULL,
  position INTEGER NOT NULL,       -- in the study
  text TEXT NOT NULL,
  PRIMARY KEY (plan_id, query_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_lane (            -- the lanes of a run, and what it allows them
  run_id TEXT NOT NULL,
  lane TEXT NOT NULL,
  concurrency INTEGER,
  per_minute REAL,
  PRIMARY KEY (run_id, lane)
) STRICT, WITHOUT ROWID;

CREATE TABLE job (                 -- one row per cell
  seq INTEGER PRIMARY KEY,         -- the order of the plan
  job_id TEXT NOT NULL UNIQUE,
  run_id TEXT NOT NULL,
  query_id TEXT NOT NULL,
  surface_id TEXT NOT NULL,
  location_id TEXT NOT NULL,
  repeat INTEGER NOT NULL,
  lane TEXT NOT NULL,
  state TEXT NOT NULL,             -- waiting, leased, parked; or ended: answered, failed, blocked, cancelled, skipped
  not_before REAL NOT NULL,        -- waiting: when it may be claimed
  generation INTEGER NOT NULL,     -- raised by retry
  attempts INTEGER NOT NULL,       -- ever
  failures INTEGER NOT NULL,       -- of this generation, like the next two
  deferrals INTEGER NOT NULL,
  crashes INTEGER NOT NULL,
  asks INTEGER NOT NULL,           -- questions of the attempt under lease
  turn_at REAL,                    -- when its next one may go out, where it has taken its turn
  lease_token TEXT,
  lease_until REAL,
  worker_id TEXT,
  item INTEGER,                    -- parked: what it waits for in the table inbox, where it is there
  for_pool INTEGER NOT NULL DEFAULT 0 -- parked: 1 when any account of its pool will do
) STRICT;
CREATE INDEX job_waiting ON job (run_id, lane, location_id, not_before, seq) WHERE state = 'waiting';
CREATE INDEX job_leased ON job (worker_id, lane) WHERE state = 'leased';
CREATE INDEX job_of_run ON job (run_id);
CREATE INDEX job_parked ON job (run_id) WHERE state = 'parked';
CREATE INDEX job_of_item ON job (item) WHERE state = 'parked';

CREATE TABLE attempt (             -- one row per try, written when it is claimed, before anything is asked
  job_seq INTEGER NOT NULL,        -- the job's seq: jobs that are claimed together have their rows together
  attempt INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  worker_id TEXT NOT NULL,
  started_at REAL NOT NULL,
  asks INTEGER NOT NULL,
  reserved_nano INTEGER NOT NULL DEFAULT 0, -- the most that its questions can cost
  ended_at REAL,
  outcome TEXT,                    -- answered, failed, deferred, parked, interrupted, cancelled
  code TEXT,
  message TEXT,
  bag_path TEXT,
  evidence TEXT,                   -- JSON, where it ended as parked: for the result, should the cell end as blocked
  PRIMARY KEY (job_seq, attempt)
) STRICT, WITHOUT ROWID;

CREATE TABLE inbox (               -- what a person has to see to, and what that came to
  item INTEGER PRIMARY KEY AUTOINCREMENT,
  subject TEXT NOT NULL,           -- JSON: the account, or surface and location that are asked without one
  run_id TEXT NOT NULL,            -- whose job met it first, like the next two
  surface_id TEXT NOT NULL,
  location_id TEXT NOT NULL,
  account TEXT,
  proxy_id TEXT,
  code TEXT NOT NULL,
  message TEXT NOT NULL,
  bag_path TEXT,
  since REAL NOT NULL,
  ended_at REAL,
  ending TEXT,                     -- solved, blocked, or left: no job waited for it any more
  why TEXT                         -- blocked: for the messages of its cells
) STRICT;
CREATE UNIQUE INDEX inbox_open ON inbox (subject) WHERE ended_at IS NULL;

CREATE TABLE result (              -- append-only; the current one of a job is that of its generation
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  run_id TEXT NOT NULL,
  job_seq INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  state TEXT NOT NULL,
  code TEXT,
  message TEXT,
  body TEXT NOT NULL,              -- JSON: the JobResult
  UNIQUE (job_seq, generation)
) STRICT;
CREATE INDEX result_of_run ON result (run_id, seq);

CREATE TABLE lane (
  lane TEXT PRIMARY KEY,
  state TEXT NOT NULL,             -- JSON: limiter and breaker
  served INTEGER NOT NULL          -- grows with every claim; the lane with the least waited longest
) STRICT, WITHOUT ROWID;

CREATE TABLE pause (
  kind TEXT NOT NULL,              -- run, lane, location
  id TEXT NOT NULL,
  until REAL,                      -- NULL: until somebody resumes
  reason TEXT NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE tally (               -- cells by state, kept with every transaction that moves some
  run_id TEXT NOT NULL,
  lane TEXT NOT NULL,
  location_id TEXT NOT NULL,
  state TEXT NOT NULL,
  cells INTEGER NOT NULL,
  PRIMARY KEY (run_id, lane, location_id, state)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_log (             -- what was done to a run, such as a changed setting
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  run_id TEXT NOT NULL,
  at_iso TEXT NOT NULL,
  event TEXT NOT NULL,
  detail TEXT NOT NULL             -- JSON
) STRICT;

CREATE TABLE shared_state (        -- small facts that processes share
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL,             -- JSON
  expires_at REAL
) STRICT, WITHOUT ROWID;
`;

/** What brings the tables from one version to the next; the first one is from 1 to 2. */
export const MIGRATIONS: readonly string[] = [
  `ALTER TABLE run ADD COLUMN spent_nano INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE run ADD COLUMN refused INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE attempt ADD COLUMN reserved_nano INTEGER NOT NULL DEFAULT 0;`,
  `CREATE TABLE run_plan (run_id TEXT PRIMARY KEY, plan TEXT NOT NULL) STRICT, WITHOUT ROWID;
   INSERT INTO run_plan SELECT run_id, plan FROM run;
   ALTER TABLE run DROP COLUMN plan;`,
  `ALTER TABLE job ADD COLUMN turn_at REAL;
   CREATE TABLE attempt_by_seq (
     job_seq INTEGER NOT NULL, attempt INTEGER NOT NULL, generation INTEGER NOT NULL, worker_id TEXT NOT NULL,
     started_at REAL NOT NULL, asks INTEGER NOT NULL, reserved_nano INTEGER NOT NULL DEFAULT 0, ended_at REAL,
     outcome TEXT, code TEXT, message TEXT, bag_path TEXT, PRIMARY KEY (job_seq, attempt)
   ) STRICT, WITHOUT ROWID;
   INSERT INTO attempt_by_seq
     SELECT j.seq, a.attempt, a.generation, a.worker_id, a.started_at, a.asks, a.reserved_nano, a.ended_at, a.outcome,
       a.code, a.message, a.bag_path
     FROM attempt a JOIN job j USING (job_id);
   DROP TABLE attempt;
   ALTER TABLE attempt_by_seq RENAME TO attempt;
   CREATE TABLE result_by_seq (
     seq INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL, job_seq INTEGER NOT NULL, generation INTEGER NOT NULL,
     state TEXT NOT NULL, code TEXT, message TEXT, body TEXT NOT NULL, UNIQUE (job_seq, generation)
   ) STRICT;
   INSERT INTO result_by_seq
     SELECT r.seq, r.run_id, j.seq, r.generation, r.state, r.code, r.message, r.body FROM result r JOIN job j USING (job_id);
   DROP TABLE result;
   ALTER TABLE result_by_seq RENAME TO result;
   CREATE INDEX result_of_run ON result (run_id, seq);
   DROP INDEX job_of_run;
   CREATE INDEX job_of_run ON job (run_id);
   CREATE INDEX job_parked ON job (run_id) WHERE state = 'parked';`,
  `DROP TRIGGER job_added;
   DROP TRIGGER job_moved;
   CREATE TABLE plan (plan_id INTEGER PRIMARY KEY, study TEXT NOT NULL, plan_hash TEXT NOT NULL, UNIQUE (study, plan_hash)) STRICT;
   CREATE TABLE question (
     plan_id INTEGER NOT NULL, query_id TEXT NOT NULL, position INTEGER NOT NULL, text TEXT NOT NULL,
     PRIMARY KEY (plan_id, query_id)
   ) STRICT, WITHOUT ROWID;
   INSERT INTO plan (study, plan_hash) SELECT DISTINCT study, plan_hash FROM run;
   INSERT OR IGNORE INTO question
     SELECT p.plan_id, q.value ->> 'id', q.key, q.value ->> 'text'
     FROM run r JOIN plan p USING (study, plan_hash) JOIN run_plan s USING (run_id), json_each(s.plan, '$.queries') q;
   UPDATE run_plan SET plan = json_remove(plan, '$.queries');`,
  `ALTER TABLE job ADD COLUMN item INTEGER;
   ALTER TABLE attempt ADD COLUMN evidence TEXT;
   CREATE INDEX job_of_item ON job (item) WHERE state = 'parked';
   CREATE TABLE inbox (
     item INTEGER PRIMARY KEY AUTOINCREMENT, subject TEXT NOT NULL, run_id TEXT NOT NULL, surface_id TEXT NOT NULL,
     location_id TEXT NOT NULL, account TEXT, proxy_id TEXT, code TEXT NOT NULL, message TEXT NOT NULL, bag_path TEXT,
     since REAL NOT NULL, ended_at REAL, ending TEXT, why TEXT
   ) STRICT;
   CREATE UNIQUE INDEX inbox_open ON inbox (subject) WHERE ended_at IS NULL;`,
  `ALTER TABLE job ADD COLUMN for_pool INTEGER NOT NULL DEFAULT 0;`,
];
