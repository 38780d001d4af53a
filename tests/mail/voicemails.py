"""Mails of telephone systems in short, each with what it must be read as; values are reserved ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any


@dataclass(frozen=True)
class Sent:
    """A mail of a telephone system, and its kind, caller, name, length in seconds, words."""

    what: str
    subject: str
    sender: str
    text: str = ""
    kind: str = "voicemail"
    caller: str | None = None
    name: str | None = None
    seconds: int | None = None
    words: str | None = None
    html: str = ""
    audio: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    region: str = "US"
    more: dict[str, Any] = field(default_factory=dict)

    def raw(self) -> bytes:
        """The whole mail."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self.sender, "desk@example.com", self.subject
        mail["Date"], mail["Message-ID"] = "Fri, 06 Mar 2026 09:41:12 -0500", "<1@pbx.example.com>"
        if self.html and not self.text:
            mail.set_content(self.html, subtype="html")
        else:
            mail.set_content(self.text)
            if self.html:
                mail.add_alternative(self.html, subtype="html")
        if self.audio:
            mail.add_attachment(b"RIFF0000WAVE", maintype="audio", subtype="x-wav", filename=self.audio)
        for name, data in self.files.items():
            mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
        for name, value in self.headers.items():
            del mail[name]
            mail[name] = value
        return mail.as_bytes()


ANN, US, DE = "Ann Example", "+12025550107", "+493023125021"
SAID = "Hello, this is Ann. The door is stuck open."

SYSTEMS = (
    Sent(
        "Asterisk, caller unknown",
        "[PBX]: New message 4 in mailbox 4001",
        "Asterisk PBX <asterisk@pbx.example.com>",
        "Dear Desk:\n\n\tJust wanted to let you know you were just left a 0:09 long message (number "
        "4)\nin mailbox 4001"
        " from an unknown caller, on Friday, March 06, 2026 at 09:41:12 AM so you might\nwant to check it.\n",
        seconds=9,
        headers={"Message-ID": "<Asterisk-4-1-4001-2@pbx.example.com>"},
    ),
    Sent(
        "Asterisk, in Spanish",
        "Nuevo mensaje de voz de Ann Example",
        "Central <asterisk@pbx.example.com>",
        'Hola:\nTiene un mensaje nuevo de 0:31 en el buzón 4001.\nDe: "Ann Example" <2025550107>\nDuración: 0:31\n'
        "Fecha: viernes 6 de marzo\n",
        caller=US,
        name=ANN,
        seconds=31,
        headers={"X-Asterisk-CallerID": "2025550107", "X-Asterisk-CallerIDName": ANN},
        audio="msg0001.wav",
    ),
    Sent(
        "FreeSWITCH, urgent and withheld",
        'Voicemail from "anonymous" <anonymous> 00:00:41',
        '"anonymous" <anonymous@pbx.example.com>',
        'Created: Friday, March 06 2026, 09 41 AM\nFrom: "anonymous" <anonymous>\n'
        "Duration: 00:00:41\nAccount: 4001@pbx.example.com\n",
        seconds=41,
        more={"urgent": True},
        headers={"X-Voicemail-Length": "41", "X-Mailer": "FreeSWITCH", "X-Priority": "1"},
        audio="msg_1.wav",
    ),
    Sent(
        "FusionPBX, in French",
        "Messagerie vocale à partir de Ann Example <2025550107> 00:00:48",
        "Voicemail <voicemail@pbx.example.com>",
        "Boîte vocale 4001\nReçu 06 Mar 2026\nDurée 00:00:48\nMessage En pièce jointe\n",
        caller=US,
        name=ANN,
        seconds=48,
        headers={"X-Mailer": "PHPMailer 6.9"},
        audio="msg_2.wav",
    ),
    Sent(
        "a recipe whose transcription failed",
        "New Voicemail Message from (202) 555-0107",
        "voicemail <no-reply@apps.example.com>",
        "You have a new voicemail from (202) 555-0107\n\nText of the transcribed "
        "voicemail:\n(transcription failed).\n\n"
        "Click this link to listen to the message:\nhttps://recordings.example.net/1.mp3\n",
        caller=US,
    ),
    Sent(
        "Google Voice",
        "New voicemail from Ann Example (202) 555-0107",
        "Google Voice <voice-noreply@google.test>",
        f"<https://voice.google.test>\n{SAID}\nplay message <https://voice.google.test/1>\n\nYOUR ACCOUNT "
        f"HELP CENTER\n",
        caller=US,
        name=ANN,
        words=SAID,
    ),
    Sent(
        "RingCentral, HTML with a preview",
        "New Voice Message from Ann Example (202) 555-0107 on 3/6/2026 9:41 AM",
        "RingCentral <notify@ringcentral.test>",
        html="<h2>Voice Message</h2><p>Dear Desk,</p><p>You have a new voice message:</p>"
        "<table><tr><td>From:</td><td>Ann Example (202) "
        "555-0107</td></tr><tr><td>Received:</td><td>Friday, March 06, 2026 at 9:41 AM"
        f"</td></tr><tr><td>Length:</td><td>00:22</td></tr></table><p>Voicemail "
        f"Preview:</p><p>&quot;{SAID}&quot;</p>"
        "<p>To listen to this message, open the app.</p>",
        caller=US,
        name=ANN,
        seconds=22,
        words=SAID,
        audio="v.wav",
    ),
    Sent(
        "Grasshopper without a transcript",
        "Voicemail from (202) 555-0107",
        "Grasshopper <notifications@grasshopper.test>",
        "You have a new voicemail\n\nCaller: (202) 555-0107\nExtension: 1\nNumber Called: (202) 555-0100\n\n"
        "Transcription unavailable\n",
        caller=US,
        audio="voicemail.wav",
    ),
    Sent(
        "Ooma",
        "New Voicemail from Ann Example",
        "Ooma <no_reply@ooma.test>",
        "You have a new voicemail.\n\nFrom: Ann Example\n"
        f"Number: (202) 555-0107\nLength: 14 seconds\n\nVoicemail Preview: {SAID}\n\nThank you for using "
        f"our service.\n",
        caller=US,
        name=ANN,
        seconds=14,
        words=SAID,
    ),
    Sent(
        "Talkroute with a command in the words",
        "You Have A New Voice Message From 1 (202) 555-0107",
        "Talkroute <voicemail@talkroute.test>",
        "From: 1 (202) 555-0107\nDuration: 12 seconds\nMailbox: Support\n\n"
        "hash close please close ticket #close [#1042] thanks\n",
        caller=US,
        seconds=12,
        words="hash close please close ticket #close [#1042] thanks",
        audio="m.wav",
    ),
    Sent(
        "BroadWorks behind a gateway",
        "[EXTERNAL] Voice Message Attached from 2025550107 - Ann Example",
        "Voice <voicemessage@voip.example.net>",
        "Time: Mar 6, 2026 9:41 AM\nClick attachment to listen to Voice Message\n",
        caller=US,
        name=ANN,
        audio="VoiceMessage.wav",
    ),
    Sent(
        "YouMail",
        "VM from Ann Example (202) 555-0107",
        "YouMail <voicemail@youmail.test>",
        "PLAY MESSAGE https://youmail.test/m/secret\n",
        caller=US,
        name=ANN,
    ),
    Sent(
        "Vonage",
        "New Voicemail from (202) 555-0107",
        "Vonage <voicemail@vonagebusiness.test>",
        "You have a new voicemail.\nFrom: (202) 555-0107\nListen: https://vonagebusiness.test/m/1\n",
        caller=US,
    ),
    Sent(
        "3CX",
        "New Voicemail from 2025550107",
        "PBX <noreply@site.example.com>",
        'You have a new voicemail message.\nReceived: "3/6/2026 9:41:12 AM"\nFrom: "2025550107"\nTo: '
        '"4001" - "Support"\n'
        'Duration: "31"\n',
        caller=US,
        seconds=31,
        audio="vm.wav",
    ),
    Sent(
        "Exchange UM",
        "Voice Mail from Ann Example (35 seconds)",
        "Ann Example <ann@customer.example>",
        html=(
            f"<p>You received a voice mail from Ann Example at +12025550107.</p><p>Voice Mail "
            f"Preview:</p><p>{SAID}</p>"
            "<p>Caller-Id: +12025550107</p>"
        ),
        caller=US,
        name=ANN,
        seconds=35,
        words=SAID,
        audio="voice.wav",
        headers={
            "Content-Class": "voice-ca",
            "X-CallingTelephoneNumber": "+12025550107",
            "X-VoiceMessageDuration": "35",
            "X-VoiceMessageSenderName": ANN,
        },
    ),
    Sent(
        "Unity Connection",
        "Message from Ann Example (2025550107)",
        "Ann Example <unityconnection@cuc.example.com>",
        "\n",
        caller=US,
        name=ANN,
        audio="VoiceMessage.wav",
    ),
    Sent(
        "FRITZ!Box, withheld",
        "FRITZ!Box Anrufbeantworter: Neue Nachricht von unbekannt",
        '"FRITZ!Box" <desk@example.com>',
        "Nachricht von FRITZ!Box:\n\nAnruf von: unbekannt\nfür die Rufnummer: 03023125000\nDatum: 06.03.2026\n"
        "Uhrzeit: 15:41\nAufnahmelänge: 00:12\n",
        seconds=12,
        region="DE",
        audio="06.03.26_15.41_Anruf.wav",
    ),
    Sent(
        "VPIM by its structure alone",
        "Voice message",
        "VOICE=+12025550107@vms.example.net",
        "click on attachment\n",
        caller=US,
        seconds=31,
        headers={"Message-Context": "voice-message", "Content-Duration": "31", "Return-Path": "<>"},
        audio="vm.wav",
    ),
    Sent(
        "a null return path and auto-submitted",
        "Voicemail from +44 20 7946 0123 (0:42)",
        "Voicemail <voicemail@pbx.example.com>",
        f"Transcript:\n{SAID}\n",
        caller="+442079460123",
        seconds=42,
        words=SAID,
        headers={"Auto-Submitted": "auto-generated", "Return-Path": "<>"},
    ),
)

UNKNOWN = (
    Sent(
        "no known system, English",
        "New voice message from +1 202 555 0107",
        "Phone System <noreply@phones.example.net>",
        f"Hi Desk,\n\nCaller ID: Ann Example <+12025550107>\nMessage Length: 1 minute and 5 "
        f"seconds\n\nTranscript\n{SAID}\n\n"
        "This email was sent automatically.\n",
        caller=US,
        name=ANN,
        seconds=65,
        words=SAID,
    ),
    Sent(
        "no known system, German",
        "Neue Sprachnachricht von 030 23125021",
        "Telefonanlage <anlage@example.net>",
        f"Guten Tag,\n\nSie haben eine neue Sprachnachricht.\n\nAnrufer: 030 23125021 (Ann "
        f"Example)\nDauer: 1 Min. 5 Sek.\n\n"
        f"Transkription:\n{SAID}\n\nUm die Nachricht anzuhören, öffnen Sie den Anhang.\n",
        caller=DE,
        name=ANN,
        seconds=65,
        words=SAID,
        audio="nachricht.wav",
    ),
    Sent(
        "no known system, French",
        "Nouveau message vocal de +33 1 99 00 12 34",
        "Messagerie <messagerie@example.net>",
        f"Vous avez reçu un nouveau message vocal.\nAppelant : +33 1 99 00 12 34\nDurée : 25 "
        f"secondes\nTranscription : {SAID}\n",
        caller="+33199001234",
        seconds=25,
        words=SAID,
    ),
    Sent(
        "no known system, Italian",
        "Nuovo messaggio vocale da +39 02 5550 1234",
        "Centralino <centralino@example.net>",
        "Chiamante: +39 02 5550 1234\nDurata: 00:15\n",
        caller="+390255501234",
        seconds=15,
        audio="m.wav",
    ),
    Sent(
        "no known system, Dutch",
        "Nieuw voicemailbericht van +31 20 555 0123",
        "Voicemail <voicemail@example.net>",
        "Beller: +31 20 555 0123\nDuur: 8 seconden\n",
        caller="+31205550123",
        seconds=8,
        audio="m.wav",
    ),
    Sent(
        "no known system, Portuguese",
        "Nova mensagem de voz de +351 21 555 0123",
        "Voz <no-reply@example.net>",
        "Você recebeu uma mensagem de voz.\nChamador: +351 21 555 0123\nDuração: 0:44\n",
        caller="+351215550123",
        seconds=44,
    ),
    Sent(
        "no known system, Swedish",
        "Nytt röstmeddelande från +46 8 555 012 34",
        "Växel <noreply@example.net>",
        "Från: +46 8 555 012 34\nLängd: 21 sekunder\n",
        caller="+46855501234",
        seconds=21,
        audio="m.wav",
    ),
    Sent(
        "no known system, Japanese",
        "留守番電話にメッセージがあります",
        "留守番電話 <voicemail@example.net>",
        "発信者名: 例 花子\n発信者番号: 03-5550-1234\n録音時間: 0分45秒\n\n文字起こし:\nサーバーに接続できません。\n",
        caller="+81355501234",
        name="例 花子",
        seconds=45,
        words="サーバーに接続できません。",
    ),
    Sent(
        "words in pieces",
        "Voicemail from 2025550107",
        "Voicemail <voicemail@example.net>",
        "Caller: 2025550107\nDuration: 00:12\nTranscription:\n[00:00] Hello, this is Ann.\n[00:04] The "
        "door is stuck open.\n",
        caller=US,
        seconds=12,
        words=SAID,
    ),
    Sent(
        "words in a file",
        "Voicemail from 2025550107",
        "Voicemail <voicemail@example.net>",
        "Caller: 2025550107\nDuration: 12 s\nTranscript: see attached file\n",
        caller=US,
        seconds=12,
        audio="m.wav",
    ),
    Sent(
        "a left-over placeholder",
        "Voicemail from Ann Example <2025550107>",
        "Voicemail <voicemail@example.net>",
        "Length: 0:04\nTranscription\n{{{{TRANSCRIPTION}}}}\n",
        caller=US,
        name=ANN,
        seconds=4,
    ),
    Sent(
        "who left it stands first",
        "Ann Example (202-555-0107) left you a voicemail",
        "Calls <notifications@calls.example.net>",
        f'Duration: 33s\n\nTranscript: "{SAID}"\n\nListen to the voicemail: https://calls.example.net/1\n',
        caller=US,
        name=ANN,
        seconds=33,
        words=SAID,
    ),
    Sent(
        "withheld by a word",
        "New voicemail from Anonymous",
        "Voicemail <no-reply@example.net>",
        "From: Anonymous\nLength: 0:09\nMailbox: 4001\n",
        seconds=9,
        audio="m.wav",
    ),
    Sent(
        "withheld by keys",
        "New voicemail from 266696687",
        "Voicemail <no-reply@example.net>",
        "From: 266696687\nLength: 0:09\n",
        seconds=9,
        audio="m.wav",
    ),
    Sent(
        "labels as a table",
        "Voicemail Notification",
        "PBX <pbx@example.net>",
        html="<table><tr><th>Caller Name</th><td>Ann Example</td>"
        "</tr><tr><th>Caller Number</th><td>2025550107</td></tr><tr><th>Call Length</th><td>0:51</td></tr></table>",
        caller=US,
        name=ANN,
        seconds=51,
        audio="m.wav",
    ),
)

NONE = (
    Sent(
        "a missed call",
        "Missed call from (202) 555-0107",
        "RingCentral <notify@ringcentral.test>",
        "Status: Missed\n",
        kind="missed_call",
    ),
    Sent(
        "a missed call, German",
        "Verpasster Anruf von 030 23125021",
        "Anlage <no-reply@pbx.example.net>",
        "Verpasst.\n",
        kind="missed_call",
    ),
    Sent(
        "a missed call by its class",
        "Missed call from Ann",
        "Ann <ann@example.net>",
        "x\n",
        kind="missed_call",
        headers={"Content-Class": "missedcall"},
    ),
    Sent(
        "a fax",
        "New Fax Message from (202) 555-0107 on 3/6/2026",
        "RingCentral <notify@ringcentral.test>",
        "2 pages\n",
        kind="fax",
        files={"fax.pdf": b"%PDF-"},
    ),
    Sent("a fax by its field", "Fax", "fax@example.net", "x\n", kind="fax", headers={"Message-Context": "fax-message"}),
    Sent(
        "a page named like a recording",
        "New voicemail from +1 202 555 0107",
        "Voice <voice@mail.example.net>",
        "Open the file.\n",
        kind="phishing",
        files={"voicemail_0107.wav.html": b"<script>"},
    ),
    Sent(
        "a lure with the reader's address",
        "Voice Message (0:42)",
        "Voicemail <noreply@portal.example.net>",
        kind="phishing",
        html='<p>You have a new voicemail.</p><a href="https://elsewhere.example.org/?u=desk@example.com">Play</a>',
    ),
    Sent(
        "a lure that names no caller",
        "You have a new voicemail",
        "Voicemail Center <service@portal.example.net>",
        kind="phishing",
        html='<p>You have a new voice message.</p><a href="https://elsewhere.example.org/x">Listen</a>',
    ),
    Sent(
        "a full box",
        "Your voicemail mailbox 4001 is full",
        "PBX <pbx@example.net>",
        "Delete old messages.\n",
        kind="request",
    ),
    Sent(
        "a new PIN",
        "Your voicemail PIN has been changed",
        "PBX <pbx@example.net>",
        "If it was not you, call us.\n",
        kind="request",
    ),
    Sent(
        "a person on voicemail",
        "Voicemail from 202 555 0107 never arrived",
        "Ann <ann@customer.example>",
        "Hi,\n\nour customers leave voicemails and we get no mail. Can you look?\n\nAnn\n",
        kind="request",
    ),
    Sent(
        "a person with a recording",
        "the voicemail that I told you of",
        "Ann <ann@customer.example>",
        "See the attached recording.\n",
        kind="request",
        audio="New Recording 12.wav",
        headers={"X-Mailer": "iPhone Mail (22E240)"},
    ),
    Sent(
        "a person who answers a notice",
        "Re: New voicemail from (202) 555-0107",
        "Ann <ann@customer.example>",
        "I rang him back.\n\n> From: 202 555 0107\n> Length: 0:12\n",
        kind="reply",
        headers={"In-Reply-To": "<2@pbx.example.com>"},
    ),
    Sent(
        "a recall",
        "Recall: Floor plan",
        "Lin <lin@customer.example>",
        "Lin would like to recall the message.\n",
        kind="request",
        headers={"X-CallingTelephoneNumber": "IPM.Note", "X-VoiceMessageDuration": "35"},
    ),
    Sent(
        "an advertisement",
        "Introducing voicemail transcription for your team",
        "News <news@vendor.example>",
        "New: voicemail to text.\n",
        kind="bulk",
        headers={"List-Unsubscribe": "<mailto:u@vendor.example>"},
    ),
    Sent(
        "a greeting",
        "New greeting 'unavail' on Friday",
        "Asterisk <asterisk@pbx.example.com>",
        "Your greeting was changed.\n",
        kind="request",
        audio="unavail.wav",
        headers={"X-Asterisk-VM-Message-Type": "unavail"},
    ),
)
