"""The commands by name, in the order of the help page, with the module that holds each."""

NAMES = {
    "serve": "running",
    "demo": "running",
    "check": "running",
    "reload": "reloading",
    "simulate": "trying",
    "read": "trying",
    "preview": "trying",
    "voicemail": "voicemail",
    "calendar": "calendar",
    "rota": "rota",
    "cases": "looking",
    "case": "looking",
    "explain": "looking",
    "receive": "taking",
    "quarantine": "mending",
    "outbox": "mending",
}
