"""What was promised, to whom: the policy files, the calendars they run on, and when a promise is due."""
