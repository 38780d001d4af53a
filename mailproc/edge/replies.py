"""The sentences with which the SMTP and LMTP listeners answer, each named with its code."""

import re

OK_250 = "250 2.0.0 ok"
SENDER_OK_250 = "250 2.1.0 sender ok"
RECIPIENT_OK_250 = "250 2.1.5 recipient ok"
ACCEPTED_250 = "250 2.0.0 accepted"
HELP_214 = "214 2.0.0 this server takes mail for a support desk; see RFC 5321"
READY_FOR_TLS_220 = "220 2.0.0 ready to start TLS"
BYE_221 = "221 2.0.0 bye"
CANNOT_VERIFY_252 = "252 2.5.2 send some mail and see"
GO_AHEAD_354 = "354 end data with <CR><LF>.<CR><LF>"

SHUTTING_DOWN_421 = "421 4.3.2 closing for a while, try again later"
IDLE_421 = "421 4.4.2 waited too long for you, try again later"
TOO_SLOW_421 = "421 4.4.2 too slow, try again later"
TOO_LONG_CONNECTED_421 = "421 4.4.2 connected long enough, please connect anew"
TOO_MANY_CONNECTIONS_421 = "421 4.7.0 too many connections, try again later"
TOO_MANY_ERRORS_421 = "421 4.7.0 too many errors, try again later"
TOO_MANY_COMMANDS_421 = "421 4.7.0 too many commands without a mail, try again later"

LOCAL_ERROR_451 = "451 4.3.0 temporary local error, try again later"
STORAGE_LOW_452 = "452 4.3.1 not enough storage now, try again later"
TOO_MANY_RECIPIENTS_452 = "452 4.5.3 too many recipients, send the rest in another mail"
TLS_UNAVAILABLE_454 = "454 4.7.0 TLS not available now"

LINE_TOO_LONG_500 = "500 5.5.6 command line too long"
UNKNOWN_COMMAND_500 = "500 5.5.1 unknown command"
SYNTAX_501 = "501 5.5.4 syntax error in parameters"
NOT_OFFERED_502 = "502 5.5.1 not offered here"
NOT_FOR_WEB_502 = "502 5.7.0 this is a mail server"
NEED_HELLO_503 = "503 5.5.1 say hello first"
NEED_SENDER_503 = "503 5.5.1 need MAIL first"
NEED_RECIPIENT_503 = "503 5.5.1 need RCPT first"
NESTED_SENDER_503 = "503 5.5.1 sender already given"
NO_RECIPIENT_554 = "554 5.5.1 no valid recipients"
UNKNOWN_RECIPIENT_550 = "550 5.1.1 no such address here"
NO_RELAY_550 = "550 5.7.1 this server does not relay"
TOO_BIG_552 = "552 5.3.4 mail too big"
NEED_TLS_530 = "530 5.7.0 must issue a STARTTLS command first"
MALFORMED_RECIPIENT_553 = "553 5.1.3 malformed recipient address"
MALFORMED_SENDER_553 = "553 5.1.7 malformed sender address"
NEED_SMTPUTF8_553 = "553 5.6.7 such an address needs SMTPUTF8"
REFUSED_554 = "554 5.7.1 refused"
UNKNOWN_PARAMETER_555 = "555 5.5.4 parameter not recognized"

_UNPRINTABLE = re.compile(r"[^\x20-\x7e]+")
_WORDS_LIMIT = 400  # RFC 5321 §4.5.3.1.5: a reply line has at most 512 octets


def refused_554(reason: str) -> str:
    """A refusal in the keeper's own words, made fit for a reply line."""
    words = _UNPRINTABLE.sub(" ", reason).strip()[:_WORDS_LIMIT]
    return f"554 5.7.1 {words}" if words else REFUSED_554
