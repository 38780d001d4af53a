# ruff: noqa: E501
"""What only resembles a quote or a signature stays in the text, and reading takes linear time on any input (R11)."""

from __future__ import annotations

import pytest

from mailproc.mail.quotes import split

KEPT = [
    "Please write to Bob <bob@example.com> before 3 November 2026.\nThen we see.",
    "I wrote to Bob <bob@example.com> on 3 November 2026 at 09:15:\n\nThe server is down.",
    "We travel as follows:\nFrom: Berlin\nTo: Paris\nDate: 3 November 2026\n\nCan you book it?",
    "Our order:\nName: Carol\nEmail: carol@customer.example\nDate: 3 November 2026 09:15\nMessage: none came",
    "Log:\n2026-11-03 09:15:00 user@example.com: started\n2026-11-03 09:15:01 user@example.com: failed\nWhat is it?",
    "commit 1a2b3c\nAuthor: Bob <bob@example.com>\nDate: Tue Nov 3 09:15:00 2026 +0100\n\n    Mend it",
    "It shows:\n------ Error message ------\nDisk full\nWhat now?",
    "It shows:\n*** Mail server message ***\nDisk full\nWhat now?",
    "I forwarded the message:\nit did not arrive",
    "See below:\n\n=== Original configuration ===\na = 1\n=== New configuration ===\na = 2\n\nWhich is right?",
    "He said:\nit works",
    "The meeting on 3 November 2026 at 09:15 with the team was good.\nWe decided three things:\n1. a\n2. b",
    "At 09:15 on 3.11.2026 it failed:\n\nTimeout in line 5\n\nPlease look.",
    "On 3 November 2026 at 09:15 the service failed again:\n\nTimeout",
    "Am 03.11.2026 um 09:15 Uhr kam dieser Fehler:\n\nZeitüberschreitung",
    "Le 3 novembre 2026 à 09:15 il y a eu une erreur :\n\nExpiration",
    "Sent from my desk, this is easier.\nBut see the rest of it.",
    "Sent the phone back by mail yesterday\nand the other one today\nplease say when you have it\nand what it costs\nand who pays",
    "Subject: a question\nHow do I reset it?",
    "To: the team\nPlease help.",
    "Date: today\nWhere: here\nWhat: it broke",
    "Run this:\n--------\nmake all\n--------\nIt fails.",
    "1 > 0 is true\nx >> y",
    "Best\npractice is to restart",
    "Regards from Berlin, it is raining.\nThe printer on floor 3 is broken.\nSince Monday it prints nothing.",
    "Dear all,\n\nTicket 1 at 10:00, ticket 2 at 11:30, ticket 3 at 12:15:\n- a\n- b",
    "Error: From: field is missing\nError: To: field is missing",
]


@pytest.mark.parametrize("text", KEPT)
def test_R11_what_only_resembles_a_quote_is_kept(text: str) -> None:
    assert split(text).text == text


@pytest.mark.parametrize(
    "text",
    [
        "Hello,\n\nsee below.\n\nOn 3 Nov 2026, at 09:15, Support <s@example.com> wrote:\n> one?\n\nYes.\n\n> two?\n\nNo.\n\nCarol",
        "On 3 Nov 2026, at 09:15, Support <s@example.com> wrote:\n> one?\nYes.\n> two?\nNo.\n> three?\nPerhaps.",
        "-----Original Message-----\nFrom: Support <s@example.com>\nSent: 3 November 2026\nSubject: x\n\n> one?\nYes.\n> two?\nNo.",
    ],
)
def test_R11_no_word_of_interleaved_answers_is_lost(text: str) -> None:
    found = split(text).text
    assert all(line in found for line in text.split("\n") if line and line[0] != ">" and line[-1] in ".")


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my iPhone", "Sent from my Galaxy", "Sent from Outlook for Android", "Get Outlook for iOS<https://aka.ms/o0ukef>",
        "Sent with Proton Mail secure email.", "Sent from Yahoo Mail on Android", "Von meinem iPhone gesendet",
        "Gesendet von Outlook für Android<https://aka.ms/x>", "Gesendet mit der GMX Mail App", "Envoyé de mon iPhone",
        "Envoyé depuis mon smartphone Samsung Galaxy.", "Enviado desde mi iPhone", "Enviado do meu iPhone",
        "Inviato da iPhone", "Verstuurd vanaf mijn iPhone", "Verzonden met Outlook voor iOS", "Skickat från min iPhone",
        "Sendt fra min iPhone", "Lähetetty iPhonesta", "Wysłane z iPhone'a", "Odesláno z iPhonu", "Odoslané z iPhonu",
        "Trimis de pe iPhone-ul meu", "iPhone'umdan gönderildi", "Отправлено с iPhone", "Надіслано з iPhone",
        "Στάλθηκε από το iPhone μου", "נשלח מה-iPhone שלי", "تم الإرسال من الـ iPhone", "从我的iPhone发送",
        "發自我的 iPhone", "iPhoneから送信", "나의 iPhone에서 보냄", "Đã gửi từ iPhone của tôi", "Dikirim dari iPhone saya",
        "ส่งจาก iPhone ของฉัน", "Poslano z iPhonea", "Saadetud minu iPhone'ist", "Enviat des del meu iPhone",
    ],
)  # fmt: skip
@pytest.mark.parametrize("below", ["", "\n\nOn 3 Nov 2026, at 09:15, Support <s@example.com> wrote:\n\n> old"])
def test_R11_what_a_telephone_appends_is_a_signature(line: str, below: str) -> None:
    found = split(f"It works now.\n\n{line}{below}")
    assert (found.text, found.signature) == ("It works now.", line)


def test_R11_nothing_is_lost_between_the_pieces() -> None:
    text = "Top\n\nOn 3 Nov 2026, Support <s@example.com> wrote:\n> old\n\nMiddle\n-- \nCarol"
    found = split(text)
    pieces = f"{found.text}\n{found.quoted}\n{found.signature}"
    assert all(line in pieces for line in text.split("\n"))


def test_R11_a_signed_text_is_read_without_its_seal() -> None:
    text = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n#close\n-----BEGIN PGP SIGNATURE-----\nx\n-----END PGP SIGNATURE-----"
    found = split(text)
    assert (found.text, found.own) == ("#close", True)
