"""The campaign: a load of mails on a daemon that is killed again and again, and a judge who believes only the ledger.

    python -m tests.campaign kill9 --kills 10 --sessions 10

The parts know as little as they can of each other: `load` writes down what the daemon said, `target` starts and kills
it, `checker` reads the ledger, the database and the Maildir afterwards, without a line of the program's own code.
"""
