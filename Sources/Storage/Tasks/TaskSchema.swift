/// The tables, as the steps that lead to them.
enum TaskSchema {
    /// `ZOET`: tells our files from those of other programs (`PRAGMA application_id`).
    static let applicationID = 0x5A4F_4554

    /// Each one leads from the version of its index to the next (`PRAGMA user_version`). Never changed once released; new ones go to the
    /// end.
    static let migrations = [first, second]

    private static let first = """
        CREATE TABLE tasks (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            owner TEXT NOT NULL,
            kind TEXT NOT NULL,
            model TEXT NOT NULL,
            status TEXT NOT NULL,
            is_final INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            started_at INTEGER,
            completed_at INTEGER,
            expires_at INTEGER NOT NULL,
            version INTEGER NOT NULL,
            document TEXT NOT NULL
        ) STRICT;
        CREATE INDEX tasks_by_owner ON tasks (owner, seq);
        CREATE INDEX tasks_by_owner_and_kind ON tasks (owner, kind, seq);
        CREATE INDEX tasks_unfinished ON tasks (seq) WHERE is_final = 0;
        CREATE INDEX tasks_expiring ON tasks (expires_at, seq) WHERE is_final = 1;
        CREATE INDEX tasks_durations ON tasks (completed_at, seq, started_at, model) WHERE status = 'completed';

        CREATE TABLE claims (
            owner TEXT NOT NULL,
            key TEXT NOT NULL,
            fingerprint TEXT NOT NULL,
            task_id TEXT NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
            made_at INTEGER NOT NULL,
            PRIMARY KEY (owner, key)
        ) STRICT;
        CREATE INDEX claims_by_task ON claims (task_id);

        CREATE TABLE outbox (
            id TEXT NOT NULL PRIMARY KEY,
            owner TEXT NOT NULL,
            url TEXT NOT NULL,
            body TEXT NOT NULL,
            attempts INTEGER NOT NULL,
            due_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX outbox_by_due_time ON outbox (due_at);
        """

    /// Days since 1970, milliseconds, hundred-millionths of a US dollar.
    private static let second = """
        CREATE TABLE usage (
            day INTEGER NOT NULL,
            owner TEXT NOT NULL,
            model TEXT NOT NULL,
            provider TEXT NOT NULL,
            attempts INTEGER NOT NULL,
            failures INTEGER NOT NULL,
            images INTEGER NOT NULL,
            video_milliseconds INTEGER NOT NULL,
            cost INTEGER NOT NULL,
            assumed_cost INTEGER NOT NULL,
            PRIMARY KEY (day, owner, model, provider)
        ) STRICT, WITHOUT ROWID;
        """
}
