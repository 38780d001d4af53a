"""The verbs: take a mail in, work out what follows, act on time, send what was decided."""
