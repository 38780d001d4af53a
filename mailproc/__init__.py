"""mailproc: a mail daemon that turns support@ into kept promises.

1. Every mail is kept, raw and committed, before we say 250.
2. Whatever happens to a case is an event; `decide(case, event, policy, now)` says what follows, as a list of effects,
   each with its `because`; it touches nothing: no I/O, no clock, no randomness.
3. Effects, case, log and outgoing mail are written in one transaction; sending is a separate, retried step.
4. Deadlines are derived from the case and its policy, never kept as truth; only the case's earliest is stored, as an
   index, so that the clock knows whom to wake.
5. The time of day is read in one file; everything else is handed `now`.

The road of a mail:
bytes → intake → inbound row → message → thread → event → decide → effects → one commit → outbox → SMTP.
The clock takes the same road:
due case → Tick → decide → effects → one commit → outbox → SMTP.

core/    what happens to a case, as pure decisions over values
policy/  what was promised, to whom, on which calendar
mail/    bytes to values and values to bytes
store/   all SQL
flow/    the verbs: intake, process, due, outbox
edge/    sockets and folders
admin/   what an admin or operator asks: check, simulate, read, explain, preview
"""

__version__ = "0.1.0"
