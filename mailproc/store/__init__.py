"""Everything that is kept, and all SQL: mails, cases, their log, and letters waiting to leave.

- tables: what a database looks like; migrations/, schema: how one gets there.
- engine, sqlite, lock: how a database is opened, tuned and held.
- statement, jsontext, transaction: how a statement runs; store, writer: how work becomes one commit.
- inbound, cases, threading, letters, outbox, log, steps, notes, held, suppressed, seen, meta, counter: the queries, by
  subject; each takes the `Transaction` first and leaves the commit to whoever opened it.
"""
