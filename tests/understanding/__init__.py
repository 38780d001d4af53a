"""How much of real, labelled mail is understood: `MAILPROC_CORPORA=DIR python -m tests.understanding NAME`."""
