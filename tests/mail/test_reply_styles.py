# ruff: noqa: E501
"""Introductions of quoted mail as the programs and languages of the world write them (R11): each is set aside whole."""

from __future__ import annotations

import pytest
from understanding.reply_speed import MARKUP, PIECES

from mailproc.mail.message import Address
from mailproc.mail.parse import parse
from mailproc.mail.quotes import LOOKED_AT, split

WHO = "Support Desk <support@example.com>"
ATTRIBUTIONS = f"""
On Tue, Nov 3, 2026 at 9:15\u202fAM {WHO} wrote:
On Tue, 3 Nov 2026 at 09:15, {WHO} wrote:
On 3 Nov 2026, at 09:15, {WHO} wrote:
On 03/11/2026 09:15, Support Desk wrote:
On 2026-11-03 09:15, Support Desk wrote:
On 11/3/26 9:15 AM, Support Desk via List wrote:
On Tuesday, November 3, 2026, 9:15:00 AM EST, {WHO} wrote:
On Tuesday, November 3rd, 2026 at 9:15 AM, {WHO} wrote:
On Tuesday, November 3, 2026 at 9:15:00 AM UTC+1 support@example.com wrote:
On Nov 3, 2026, 9:15 AM +0100, {WHO}, wrote:
On 3 November 2026 at 09:15:00, Support Desk (support@example.com) wrote:
On Tue, Nov 3, 2026 at 9:15 AM, Support Desk < support@example.com > wrote:
On Tue, Nov 03, 2026 at 09:15:00AM +0100, Support Desk wrote:
On Tue, 2026-11-03 at 09:15 +0100, Support Desk wrote:
On Tuesday, 3 November 2026 09:15:00 CET Support Desk wrote:
On November 3, 2026, {WHO} wrote:
On 11/03/2026 9:15 AM CET {WHO} wrote:
At 2026-11-03 09:15:00, "Support Desk" <support@example.com> wrote:
In a message dated 11/3/2026 9:15:00 AM Eastern Standard Time, support@example.com writes:
{WHO} wrote on 03.11.2026 09:15:00:
Support Desk wrote on 3/11/2026 9:15 AM:
---- On Tue, 03 Nov 2026 09:15:00 +0100 {WHO} wrote ---
---- On Tue, 03 Nov 2026 09:15:00 +0100 Support Desk <support@example.com> wrote ----
Am Di., 3. Nov. 2026 um 09:15 Uhr schrieb {WHO}:
Am 03.11.2026 um 09:15 schrieb {WHO}:
Am 03.11.26 um 09:15 schrieb Support Desk:
Am 2026-11-03 09:15, schrieb Support Desk:
Am Dienstag, dem 03.11.2026 um 09:15 +0100 schrieb Support Desk:
Am Dienstag, 3. November 2026, 09:15:00 CET schrieb Support Desk:
Am Dienstag, 3. November 2026 um 09:15:00 MEZ hat {WHO} Folgendes geschrieben:
Am 3. November 2026 09:15:00 MEZ schrieb {WHO}:
Support Desk schrieb am 03.11.26 um 09:15:
{WHO} hat am 03.11.2026 09:15 geschrieben:
Le mar. 3 nov. 2026 à 09:15, {WHO} a écrit :
Le 3 nov. 2026 à 09:15, {WHO} a écrit :
Le 03/11/2026 à 09:15, Support Desk a écrit\u00a0:
Le mardi 3 novembre 2026 à 09:15:00 UTC+1, {WHO} a écrit :
El mar, 3 nov 2026 a las 9:15, Support Desk (<support@example.com>) escribió:
El 3 nov 2026, a las 9:15, {WHO} escribió:
El 3/11/26 a las 9:15, Support Desk escribió:
En martes, 3 de noviembre de 2026, 09:15:00 CET, {WHO} escribió:
Il giorno mar 3 nov 2026 alle ore 09:15 {WHO} ha scritto:
Il 03/11/2026 09:15, Support Desk ha scritto:
Il martedì 3 novembre 2026 alle ore 09:15:00 CET, {WHO} ha scritto:
Em ter., 3 de nov. de 2026 às 09:15, {WHO} escreveu:
{WHO} escreveu (terça, 3/11/2026 à(s) 09:15):
No dia 03/11/2026, às 09:15, {WHO} escreveu:
Às 09:15 de 03/11/2026, Support Desk escreveu:
Op di 3 nov 2026 om 09:15 schreef {WHO}:
Op 3 nov. 2026 om 09:15 heeft {WHO} het volgende geschreven:
Op 3-11-2026 om 09:15 schreef Support Desk:
Op 03-11-2026 09:15 CET schreef {WHO}:
wt., 3 lis 2026 o 09:15 {WHO} napisał(a):
W dniu 3.11.2026 o 09:15, Support Desk pisze:
Wiadomość napisana przez {WHO} w dniu 3 lis 2026, o godz. 09:15:
Dnia 3 listopada 2026 09:15 {WHO} napisał(a):
Den tis 3 nov. 2026 kl 09:15 skrev {WHO}:
3 nov. 2026 kl. 09:15 skrev {WHO}:
Den 2026-11-03 kl. 09:15, skrev Support Desk:
Den tir. 3. nov. 2026 kl. 09.15 skrev {WHO}:
tir. 3. nov. 2026 kl. 09:15 skrev {WHO}:
Den 03.11.2026 09.15, skrev Support Desk:
ti 3. marrask. 2026 klo 9.15 Support Desk (support@example.com) kirjoitti:
{WHO} kirjoitti 3.11.2026 kello 9.15:
3.11.2026 9.15, Support Desk kirjoitti:
út 3. 11. 2026 v 9:15 odesílatel {WHO} napsal:
3. 11. 2026 v 9:15, {WHO}:
Dne 03. 11. 26 v 9:15 Support Desk napsal(a):
ut 3. 11. 2026 o 9:15 {WHO} napísal(a):
Dňa 3. 11. 2026 o 9:15 Support Desk napísal(a):
{WHO} ezt írta (időpont: 2026. nov. 3., K, 9:15):
2026. 11. 03. 9:15 keltezéssel, Support Desk írta:
2026. nov. 3. dátummal, 9:15 időpontban {WHO} írta:
În mar., 3 nov. 2026 la 09:15, {WHO} a scris:
La 03.11.2026 09:15, Support Desk a scris:
{WHO}, 3 Kas 2026 Sal, 09:15 tarihinde şunu yazdı:
{WHO} şunları yazdı (3 Kas 2026 09:15):
03.11.2026 09:15 tarihinde Support Desk yazdı:
вт, 3 нояб. 2026 г. в 09:15, {WHO}:
3 нояб. 2026 г., в 09:15, {WHO} написал(а):
03.11.2026 09:15, Support Desk пишет:
03.11.2026, 09:15, "Support Desk" <support@example.com>:
Вторник, 3 ноября 2026, 9:15 +03:00 от {WHO}:
вт, 3 лист. 2026 р. о 09:15 {WHO} пише:
3 лист. 2026 р. о 09:15 {WHO} написав(-ла):
На вт, 3.11.2026 г. в 9:15 {WHO} написа:
На 3.11.2026 г. в 9:15 ч., Support Desk написа:
Στις Τρί 3 Νοε 2026 στις 9:15 π.μ., ο χρήστης {WHO} έγραψε:
3 Νοε 2026, 9:15, ο χρήστης «{WHO}» έγραψε:
Στις 3/11/2026 9:15 π.μ., ο/η Support Desk έγραψε:
\u202bבתאריך יום ג׳, 3 בנוב׳ 2026 ב-9:15 מאת \u202aSupport Desk\u202c\u200f <\u202asupport@example.com\u202c\u200f>:\u202c
ב־03/11/2026 9:15, Support Desk כתב:
في الثلاثاء، 3 نوفمبر 2026 في 9:15 ص تمت كتابة ما يلي بواسطة \u202aSupport Desk\u202c\u200f <\u202asupport@example.com\u202c\u200f>:
در تاریخ سه‌شنبه ۳ نوامبر ۲۰۲۶،‏ ۹:۱۵ {WHO} نوشت:
मंगल, 3 नव॰ 2026 को 9:15 am बजे को {WHO} ने लिखा:
ในวันที่ อ. 3 พ.ย. 2026 เวลา 09:15 {WHO} เขียนว่า:
Vào Th 3, 3 thg 11, 2026 vào lúc 09:15 {WHO} đã viết:
Vào 03/11/2026 09:15, Support Desk đã viết:
Pada tanggal Sel, 3 Nov 2026 pukul 09.15 {WHO} menulis:
{WHO} 于2026年11月3日周二 09:15写道：
{WHO} 於 2026年11月3日 週二 上午9:15寫道：
在 2026年11月3日，09:15，{WHO} 写道：
在 2026/11/3 9:15, Support Desk 写道:
在 2026-11-03 09:15:00，"Support Desk" <support@example.com> 写道：
於 2026/11/3 上午 09:15, Support Desk 寫道:
2026年11月3日(火) 9:15 {WHO}:
2026/11/03 9:15、{WHO}のメール:
2026년 11월 3일 (화) 오전 9:15, {WHO}님이 작성:
2026. 11. 3. 오전 9:15, {WHO} 작성:
2026-11-03 오전 9:15에 Support Desk 이(가) 쓴 글:
uto, 3. stu 2026. u 09:15 {WHO} napisao je:
Dana 3.11.2026. u 9:15, Support Desk je napisao/la:
уто, 3. нов 2026. у 09:15 {WHO} је написао/ла:
V V tor., 3. nov. 2026 ob 09:15 je oseba {WHO} napisala:
2026-11-03, an, 09:15 {WHO} rašė:
otrd., 2026. g. 3. nov., plkst. 09:15 — lietotājs Support Desk (<support@example.com>) rakstīja:
Kuupäev T, 3. november 2026 kell 09:15 kirjutas kasutaja {WHO}:
Missatge de {WHO} del dia dt., 3 de nov. 2026 a les 9:15:
Þann þri., 3. nóv. 2026 kl. 09:15 skrifaði {WHO}:
""".strip().split("\n")
# Those stand only above a quote that says it is one.
ABOVE_MARKS = f"""
{WHO} wrote:
{WHO} writes:
Support Desk wrote:
Support Desk schrieb:
Quoting {WHO}:
Quoting Support Desk (2026-11-03 09:15:00)
Zitat von {WHO}:
* {WHO} [2026-11-03 09:15]:
Excerpts from Support Desk's message of Tue Nov 03 09:15:00 +0100 2026:
In message <20261103.1@example.com>, Support Desk writes:
{WHO} írta:
""".strip().split("\n")
BLOCKS = """
From|Sent|To|Subject
From|Date|To|Subject
Von|Gesendet|An|Betreff
Von|Datum|An|Betreff
De|Envoyé|À|Objet
De|Date|À|Objet
De|Enviado|Para|Asunto
De|Fecha|Para|Asunto
De|Enviada em|Para|Assunto
De|Data|Para|Assunto
Da|Inviato|A|Oggetto
Da|Data|A|Oggetto
Van|Verzonden|Aan|Onderwerp
Van|Datum|Aan|Onderwerp
Från|Skickat|Till|Ämne
Från|Datum|Till|Ämne
Fra|Sendt|Til|Emne
Fra|Dato|Til|Emne
Lähettäjä|Lähetetty|Vastaanottaja|Aihe
Lähettäjä|Päivämäärä|Vastaanottaja|Aihe
Od|Wysłano|Do|Temat
Od|Data|Do|Temat
Nadawca|Data|Adresat|Temat
Od|Odesláno|Komu|Předmět
Od|Datum|Komu|Předmět
Od|Odoslané|Komu|Predmet
Feladó|Elküldve|Címzett|Tárgy
Feladó|Dátum|Címzett|Tárgy
De la|Trimis|Către|Subiect
De la|Data|Către|Subiect
Kimden|Gönderildi|Kime|Konu
Gönderen|Tarih|Alıcı|Konu
От|Отправлено|Кому|Тема
От кого|Дата|Кому|Тема
Від|Надіслано|Кому|Тема
От|Изпратено|До|Относно
Από|Στάλθηκε|Προς|Θέμα
Από|Ημερομηνία|Προς|Θέμα
מאת|נשלח|אל|נושא
من|تاريخ الإرسال|إلى|الموضوع
از|تاریخ|به|موضوع
发件人|发送时间|收件人|主题
发件人|日期|收件人|主题
寄件者|寄件日期|收件者|主旨
寄件者|傳送日期|收件者|主旨
差出人|送信日時|宛先|件名
差出人|日時|宛先|件名
보낸 사람|보낸 날짜|받는 사람|제목
보낸사람|날짜|받는사람|제목
Šalje|Poslano|Prima|Predmet
Od|Poslano|Za|Zadeva
Saatja|Saadetud|Adressaat|Teema
Nuo|Išsiųsta|Kam|Tema
No|Nosūtīts|Kam|Temats
De|Enviat el|Per a|Assumpte
Từ|Đã gửi|Đến|Chủ đề
จาก|ส่ง|ถึง|เรื่อง
Dari|Dikirim|Kepada|Perihal
प्रेषक|दिनांक|प्रति|विषय
Frá|Sent|Til|Efni
""".strip().split("\n")
DASHED = """
-----Original Message-----
----- Original Message -----
-------- Original message --------
------- Original Message -------
\u2010\u2010\u2010\u2010\u2010\u2010\u2010 Original Message \u2010\u2010\u2010\u2010\u2010\u2010\u2010
------------------ Original ------------------
-----Ursprüngliche Nachricht-----
-----Original-Nachricht-----
-------- Originalnachricht --------
----- Ursprüngliche Mail -----
-----Message d'origine-----
-------- Message original --------
----- Mail original -----
-----Mensaje original-----
-----Messaggio originale-----
-----Mensagem original-----
-----Oorspronkelijk bericht-----
-----Ursprungligt meddelande-----
-----Oprindelig meddelelse-----
-----Opprinnelig melding-----
-----Alkuperäinen viesti-----
-----Oryginalna wiadomość-----
---------- Původní e-mail ----------
-----Original Message e-mail-----
-----Původní zpráva-----
-----Pôvodná správa-----
-----Eredeti üzenet-----
-----Mesaj original-----
-----Özgün İleti-----
-----Исходное сообщение-----
-------- Оригинал сообщения --------
-----Оригинальное сообщение-----
-----Вихідне повідомлення-----
-----Оригинално съобщение-----
-----Αρχικό μήνυμα-----
-----הודעה מקורית-----
-----الرسالة الأصلية-----
-----邮件原件-----
------------------ 原始邮件 ------------------
-----原始郵件-----
-----元のメッセージ-----
-----원본 메시지-----
---------- 원본 메일 ----------
-----Izvorna poruka-----
-----Izvirno sporočilo-----
-----Algsõnum-----
-----Originalus laiškas-----
-----Missatge original-----
-----Pesan Asli-----
-----Thư gốc-----
-----ข้อความต้นฉบับ-----
""".strip().split("\n")
FORWARDS = """
---------- Forwarded message ---------
---------- Forwarded message ----------
-------- Forwarded Message --------
----- Forwarded Message -----
----- Forwarded by Carol/Example on 03.11.2026 09:15 -----
Begin forwarded message:
---------- Weitergeleitete Nachricht ---------
-------- Weitergeleitete Nachricht --------
Anfang der weitergeleiteten Nachricht:
---------- Forwarded message ---------
---------- Message transféré ---------
Début du message transféré :
Début du message réexpédié :
---------- Mensaje reenviado ---------
Inicio del mensaje reenviado:
---------- Messaggio inoltrato ---------
Inizio messaggio inoltrato:
---------- Mensagem encaminhada ---------
Início da mensagem reencaminhada:
Início da mensagem encaminhada:
---------- Doorgestuurd bericht ---------
Begin doorgestuurd bericht:
---------- Vidarebefordrat meddelande ---------
Vidarebefordrat brev:
---------- Videresendt meddelelse ---------
Start på videresendt besked:
---------- Videresendt melding ---------
Videresendt melding:
---------- Välitetty viesti ---------
Välitetty viesti alkaa:
---------- Wiadomość przekazana dalej ---------
Początek przekazywanej wiadomości:
---------- Přeposlaná zpráva ---------
Začátek přeposílané zprávy:
---------- Preposlaná správa ---------
---------- Továbbított levél ---------
---------- Mesaj redirecționat ---------
---------- Yönlendirilmiş ileti ---------
İletilen ileti başlangıcı:
---------- Пересылаемое сообщение ---------
-------- Пересылаемое сообщение --------
Начало переадресованного сообщения:
---------- Переслане повідомлення ---------
---------- Προωθημένο μήνυμα ---------
---------- הודעה שהועברה ---------
---------- رسالة معاد توجيهها ---------
---------- 转发的邮件 ---------
开始转发的邮件：
---------- 轉寄郵件 ---------
開始轉寄郵件：
---------- 転送メッセージ ---------
転送されたメッセージ:
---------- 전달된 메시지 ---------
전달된 메시지 시작:
---------- Prosleđena poruka ---------
""".strip().split("\n")
DATE = "3 November 2026 09:15"


def kept(text: str) -> str:
    """What is left of an answer above this."""
    return split(f"It works now.\n\n{text}").text


@pytest.mark.parametrize("line", ATTRIBUTIONS)
@pytest.mark.parametrize("below", ["\n> old words\n> more", "\n\n> old words", "\n\nold words\n\nmore of them"])
def test_R11_an_attribution_and_its_quote_are_set_aside(line: str, below: str) -> None:
    assert kept(line + below) == "It works now."


@pytest.mark.parametrize("line", [line for line in ATTRIBUTIONS if len(line) > 60 and " " in line[40:]])
def test_R11_a_wrapped_attribution_is_one(line: str) -> None:
    at = line.rindex(" ", 0, 70)
    assert kept(f"{line[:at]}\n{line[at + 1 :]}\n\n> old words\n> more") == "It works now."


@pytest.mark.parametrize("line", ABOVE_MARKS)
def test_R11_a_short_attribution_goes_with_the_quote_below_it(line: str) -> None:
    assert kept(f"{line}\n> old words\n> more") == "It works now."


@pytest.mark.parametrize("labels", BLOCKS)
@pytest.mark.parametrize("form", ["{0}: {1}\n", "*{0}:* {1}\n", "{0}\u00a0: {1}\n", "{0}:\t{1}\n", "{0}：{1}\n"])
@pytest.mark.parametrize("rule", ["", "________________________________\n"])
def test_R11_a_block_of_header_lines_and_all_below_it_is_set_aside(labels: str, form: str, rule: str) -> None:
    values = (WHO, DATE, "Carol <carol@customer.example>", "Login")
    block = "".join(form.format(*pair) for pair in zip(labels.split("|"), values, strict=True))
    assert kept(f"{rule}{block}\nold words") == "It works now."


@pytest.mark.parametrize("line", DASHED)
def test_R11_a_dashed_line_and_all_below_it_is_set_aside(line: str) -> None:
    assert kept(f"{line}\nFrom: {WHO}\nDate: {DATE}\nSubject: x\n\nold words") == "It works now."


@pytest.mark.parametrize("line", FORWARDS)
def test_R13_a_forward_is_known_and_the_mail_below_it_set_aside(line: str) -> None:
    found = split(f"Please look.\n\n{line}\nFrom: {WHO}\nDate: {DATE}\nSubject: x\nTo: a@b.example\n\nold words")
    assert (found.text, found.forwarded) == ("Please look.", True)


@pytest.mark.parametrize(
    ("header", "person"),
    [
        ("From: Carol Jones <carol@customer.example>", ("carol@customer.example", "Carol Jones")),
        ('Von: "Jones, Carol" <Carol@Customer.example>', ("carol@customer.example", "Jones, Carol")),
        ("> *De :* Carol [mailto:carol@customer.example]", ("carol@customer.example", "Carol")),
        ("From: carol@customer.example", ("carol@customer.example", "")),
    ],
)
def test_R13_the_sender_of_what_was_forwarded_is_offered(header: str, person: tuple[str, str]) -> None:
    text = f"Please look.\n\n---------- Forwarded message ---------\n{header}\nDate: {DATE}\nSubject: x\n\nHelp"
    message = parse(f"From: agent@example.com\r\nSubject: Fwd: x\r\n\r\n{text}\r\n".encode())
    assert message.original == Address(*person)
    assert message.forwarded


def test_R13_who_quotes_a_mail_forwards_none() -> None:
    message = parse(
        b"From: a@example.com\r\nSubject: Re: x\r\n\r\nYes\n\nOn 3 Nov 2026, B <b@example.com> wrote:\n> old\n"
    )
    assert (message.original, message.forwarded) == (None, False)


def test_R11_a_text_longer_than_is_looked_at_loses_no_word() -> None:
    text = "Before\n" + ">" * (LOOKED_AT + 10) + "\nAfter"
    assert split(text).text.endswith("After")


def test_R11_every_letter_is_in_one_of_the_pieces_whatever_the_input() -> None:
    for piece in (*PIECES.values(), *MARKUP.values()):
        text = piece * (20_000 // len(piece))
        found = split(text)
        seen = "".join((found.text, found.quoted, found.signature))
        assert sum(c.isalnum() for c in seen) == sum(c.isalnum() for c in text)
