"""How pictures and their pages look: in light and in dark, on a screen, on a phone and on paper."""

LIGHT = """
--paper:#ffffff;--ink:#1c2430;--soft:#5a6675;--line:#dfe4ea;--track:#f3f5f8;--closed:#dde2e9;--fold:#f7f4ec;--tear:#c9bfa5;
--met:#2f9e63;--run:#4d82d6;--stopped:#94a0ae;--late:#d23b3b;--late-ink:#b42525;--hatch:#ffffff;--paused:#a9b4c1;
--customer:#2463c4;--agent:#7a4fc0;--robot:#7d8896;--mail:#13808a;--escalation:#c77700;--page:#c2410c;
--new:#cfe0fb;--open:#bfe3f5;--waiting:#fbe7b2;--held:#f3dcc0;--relieved:#cdeccf;--resolved:#a9dcb7;--closedstate:#d7dce3;
--even:#e3e8f4;--odd:#d3dcf0;--value:#1c2430;--row:#f6f8fa;--good:#1d7a48
"""
DARK = """
--paper:#12161c;--ink:#e6eaf0;--soft:#9aa7b6;--line:#2b333d;--track:#1a2028;--closed:#2c343f;--fold:#221f17;--tear:#6d6243;
--met:#3fae74;--run:#5b8fe6;--stopped:#6b7786;--late:#ee5a5a;--late-ink:#ff8a8a;--hatch:#12161c;--paused:#56616e;
--customer:#79a9f7;--agent:#b394f0;--robot:#8c98a6;--mail:#4fc3cf;--escalation:#f0a63c;--page:#fb8c4f;
--new:#2a4674;--open:#22536b;--waiting:#6a5520;--held:#664727;--relieved:#2b5a35;--resolved:#236b41;--closedstate:#3b444f;
--even:#2b3448;--odd:#364263;--value:#eef2f7;--row:#181d24;--good:#5cc98d
"""
PICTURE = """
svg.picture{display:block;width:100%;height:auto;font:12px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
svg.picture text{fill:var(--ink)}
svg.picture path{fill:none}
svg.narrow{display:none}
@media(max-width:640px){svg.wide{display:none}svg.narrow{display:block}}
.picture .name{font-weight:600}
.picture text.promise,.picture text.hour,.picture text.folded{fill:var(--soft);font-size:11px}
.picture text.folded{text-anchor:middle;font-style:italic}
.picture text.date{font-size:11px;font-weight:600}
.picture text.standing{fill:var(--soft);font-size:11px}
.picture text.is-broken,.picture text.second{fill:var(--late-ink);font-weight:600}
.picture text.second{font-size:11px}
.picture text.value{fill:var(--value);font-size:11px}
.picture text.count{font-size:11px;font-weight:600}
.picture .grid{stroke:var(--line)}
.picture .day{stroke:var(--stopped);stroke-opacity:.55}
.picture rect.fold{fill:var(--fold)}
.picture .framed,.picture .tear{stroke:var(--tear)}
.picture .breachline{stroke:var(--late);stroke-opacity:.4;stroke-dasharray:3 3}
.picture .base{stroke:var(--line)}
.picture .at{stroke:var(--soft)}
.picture .track{fill:var(--track)}
.picture .closed{fill:var(--closed)}
.picture .run{fill:var(--run)}
.picture .is-met .run{fill:var(--met)}
.picture .is-stopped .run{fill:var(--stopped)}
.picture .late{fill:var(--late)}
.picture .ahead{fill:none;stroke:var(--run);stroke-dasharray:4 3}
.picture .paused{fill:var(--paused)}
.picture .hatching{stroke:var(--hatch);stroke-width:3}
.picture path.due{stroke:var(--ink);fill:var(--ink)}
.picture .glyph .fold{stroke:var(--paper);stroke-width:1.5;stroke-linecap:round;stroke-linejoin:round}
.picture .is-customer .body{fill:var(--customer)}
.picture .is-agent .body{fill:var(--agent)}
.picture .is-robot .body{fill:var(--robot)}
.picture .is-mail .body{fill:var(--mail)}
.picture .is-escalation .body{fill:var(--escalation)}
.picture .is-page .body{fill:var(--page)}
.picture .is-breach .body{fill:var(--late)}
.picture .band rect{fill:var(--even)}
.picture .band rect.is-odd{fill:var(--odd)}
.picture .state.is-new{fill:var(--new)}
.picture .state.is-open{fill:var(--open)}
.picture .state.is-waiting{fill:var(--waiting)}
.picture .state.is-held{fill:var(--held)}
.picture .state.is-relieved{fill:var(--relieved)}
.picture .state.is-resolved{fill:var(--resolved)}
.picture .state.is-closed{fill:var(--closedstate)}
"""
PAGE = f"""
:root{{color-scheme:light dark;{LIGHT}}}
@media(prefers-color-scheme:dark){{:root{{{DARK}}}}}
*{{box-sizing:border-box}}
body{{margin:0;background:var(--paper);color:var(--ink);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}}
main{{max-width:1120px;margin:0 auto;padding:20px 16px 40px}}
h1{{font-size:1.45rem;line-height:1.25;margin:0 0 4px}}
h2{{font-size:1.1rem;margin:32px 0 8px}}
h3{{font-size:1rem;margin:0 0 2px}}
p{{margin:0 0 10px}}
.soft{{color:var(--soft)}}
section.case{{border-top:1px solid var(--line);padding-top:16px;margin-top:28px}}
figure{{margin:12px 0 18px}}
figcaption{{color:var(--soft);font-size:.87rem;margin-bottom:4px}}
.scroll{{overflow-x:auto}}
table{{border-collapse:collapse;width:100%;font-size:.87rem}}
caption{{text-align:left;color:var(--soft);padding-bottom:4px}}
th,td{{text-align:left;vertical-align:top;padding:4px 12px 4px 0;border-bottom:1px solid var(--line)}}
th{{white-space:nowrap}}
td.figure,th.figure{{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}}
td.time{{white-space:nowrap;font-variant-numeric:tabular-nums}}
tr.breach td{{color:var(--late-ink);font-weight:600}}
td.more{{color:var(--late-ink)}}td.less{{color:var(--good)}}
.legend{{display:flex;flex-wrap:wrap;gap:4px 18px;list-style:none;margin:10px 0;padding:0;font-size:.82rem;
color:var(--soft)}}
.legend li{{display:flex;align-items:center;gap:6px}}
.legend svg.picture{{display:block;width:26px;height:16px}}
dl{{display:grid;grid-template-columns:max-content 1fr;gap:1px 14px;margin:10px 0;font-size:.9rem}}
dt{{color:var(--soft)}}dd{{margin:0}}
ul.changes{{margin:4px 0 8px;padding-left:18px}}
summary{{cursor:pointer;color:var(--soft)}}
@media(max-width:640px){{td,th{{padding-right:8px}}td.time,th{{white-space:normal}}}}
@media print{{main{{max-width:none}}section.case{{break-inside:avoid}}}}
{PICTURE}
"""
"""The style sheet of a whole page; `LIGHT`, `DARK` and `PICTURE` are for a page with a sheet of its own."""
