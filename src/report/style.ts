import { renderColours } from "./palette.ts";

/** The page's style sheet: system fonts, two colour schemes, one column on a phone. */
export function renderStyle(): string {
  return `:root{color-scheme:light dark;--page:#f4f5f7;--surface:#ffffff;--text:#1c2127;--muted:#535c66;--grid:#dde1e6;--line:#d3d8de;--link:#005f99;--good:#00694a;--bad:#b3261e;--fault:#8a1c4a;--shade:#eef1f4;--dim:#00000026;${renderColours("light")}
font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif}
@media (prefers-color-scheme:dark){:root{--page:#13171b;--surface:#1b2026;--text:#e4e8ec;--muted:#a5afb9;--grid:#333b44;--line:#38414b;--link:#7cc0f2;--good:#4fd0a5;--bad:#ff8a7d;--fault:#f79ac0;--shade:#242b32;--dim:#000000a0;${renderColours("dark")}}}
${rules}`;
}

const rules = `*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-behavior:auto}
body{margin:0;background:var(--page);color:var(--text);font-size:16px;line-height:1.5;overflow-wrap:break-word}
.page{max-width:1180px;margin:0 auto;padding:28px 24px 56px}
h1{font-size:1.9rem;line-height:1.2;margin:.1em 0 .3em;text-wrap:balance}
h2{font-size:1.3rem;line-height:1.25;margin:0 0 .6rem}
h3{font-size:1.05rem;margin:1.8rem 0 .5rem}
p{margin:.4rem 0 .9rem;max-width:75ch}
a{color:var(--link)}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.9em}
code{overflow-wrap:anywhere}
th code{overflow-wrap:break-word}
small{color:var(--muted);font-size:.85em}
.doubt{font-weight:700}
.brand,.facts,.note,footer{color:var(--muted)}
.brand{margin:0;font-size:.9rem}
.facts{margin-bottom:1rem;max-width:none}
.skip{position:absolute;left:8px;top:-60px;background:var(--surface);padding:8px 12px;z-index:9}
.skip:focus{top:8px}
nav ul{display:flex;flex-wrap:wrap;gap:4px 18px;list-style:none;margin:0 0 20px;padding:10px 0;border-top:1px solid var(--line);border-bottom:1px solid var(--line);font-size:.92rem}
nav li{min-width:0;overflow-wrap:anywhere}
section{background:var(--surface);border:1px solid var(--line);border-radius:8px;padding:20px 22px 22px;margin:0 0 20px;min-width:0}
.verdict{font-size:1.15rem;font-weight:600;padding:12px 16px;border-left:5px solid var(--muted);background:var(--shade);max-width:none}
.verdict.pass{border-color:var(--good)}
.verdict.fail{border-color:var(--bad)}
.verdict.inconclusive{border-color:var(--late)}
.reasons{margin:0 0 1rem;padding-left:1.3rem;color:var(--muted)}
.answers{list-style:none;margin:0;padding:0}
.answer{padding:10px 0;border-top:1px solid var(--line);max-width:95ch}
.answer:first-child{border-top:0}
.answer em{font-style:normal;font-weight:600}
.answer strong{margin-right:.35em}
.mark{font-weight:700;color:var(--muted)}
.yes .mark,.good{color:var(--good)}
.no .mark,.bad{color:var(--bad);font-weight:600}
.good,.bad{white-space:nowrap}
.scroll{overflow-x:auto;max-width:100%;margin:0 0 .4rem;background:linear-gradient(to left,var(--surface) 30%,transparent) right/44px 100% no-repeat local,linear-gradient(to left,var(--dim),transparent) right/16px 100% no-repeat scroll}
.scroll+.scroll,p+.scroll,.scroll+p{margin-top:1rem}
.scroll:focus-visible,pre:focus-visible{outline:2px solid var(--link);outline-offset:2px}
table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums;min-width:min(100%,420px)}
caption{text-align:left;color:var(--muted);padding:0 0 6px;font-size:.85rem}
th,td{padding:6px 12px;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap;vertical-align:top}
thead th{font-weight:600;vertical-align:bottom;border-bottom:2px solid var(--line);white-space:normal;min-width:72px}
tbody th{font-weight:500;text-align:left;position:sticky;left:0;background:var(--surface);z-index:1}
thead th:first-child{position:sticky;left:0;background:var(--surface);z-index:2}
th:first-child{padding-left:0}
.text{text-align:left}
td.prose{white-space:normal;min-width:34ch;max-width:75ch}
th[title],span[title]{text-decoration:underline dotted var(--muted);text-underline-offset:3px;cursor:help}
tbody tr:last-child>*{border-bottom:0}
.spells,.rules{margin:0;padding-left:1.3rem;max-width:85ch}
.rules{margin-bottom:1rem}
.spells li{margin:0 0 6px}
.charts{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:22px 28px;margin:14px 0 6px}
.chart{margin:0;min-width:0;display:flex;flex-direction:column}
figcaption{margin:0 0 6px;font-size:.9rem}
figcaption span{color:var(--muted)}
.canvas{position:relative;min-width:0;width:100%;margin-top:auto}
.faults{list-style:none;margin:0 0 10px;padding:0;display:flex;flex-wrap:wrap;gap:4px 20px;font-size:.92rem}
.fault-mark{color:var(--fault);font-weight:700}
.timeline{margin:0 0 14px;font-size:.85rem}
.lane{display:grid;grid-template-columns:minmax(90px,170px) minmax(0,1fr);gap:12px;align-items:center;margin:3px 0}
.lane-name{overflow-wrap:anywhere}
.track{position:relative;height:18px;background:var(--shade)}
.track span{position:absolute;top:0;bottom:0}
.track .fault{opacity:.18}
.track .span{top:3px;bottom:3px}
.axis{display:flex;justify-content:space-between;color:var(--muted)}
.maps{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,430px),1fr));gap:18px 28px;margin:10px 0}
.maps.wide{grid-template-columns:minmax(0,1fr)}
.map{min-width:0}
.map p{margin:0 0 4px;font-size:.9rem;color:var(--muted)}
.map strong{color:var(--text)}
.map table{min-width:0}
.map th,.map td{padding:5px 9px}
.map thead th{min-width:0;text-align:right;white-space:nowrap}
.map thead th:first-child{text-align:left;color:var(--muted);font-weight:400;white-space:normal;width:8.5rem}
.map td{border:1px solid var(--surface);background:color-mix(in srgb,var(--hot) var(--heat,0%),var(--surface))}
.map td.left-out{color:var(--muted);background:var(--shade)}
.meter{display:inline-block;width:44px;height:8px;background:var(--grid);margin-right:6px;vertical-align:middle}
.meter span{display:block;height:8px;background:var(--line-0)}
pre{overflow-x:auto;background:var(--shade);padding:12px 14px;border-radius:6px;margin:.4rem 0 .9rem;max-width:100%}
pre code{overflow-wrap:normal}
summary{cursor:pointer;padding:6px 0}
dl{margin:0}
.facts-list>div{display:grid;grid-template-columns:170px minmax(0,1fr);gap:12px;padding:3px 0}
.glossary{columns:2;column-gap:36px}
.glossary>div{break-inside:avoid;padding:5px 0}
dt{font-weight:600;overflow-wrap:anywhere}
dd{margin:0;overflow-wrap:anywhere}
.facts-list dt{color:var(--muted);font-weight:400}
.glossary dd{color:var(--muted);font-size:.92rem}
footer{font-size:.85rem}
@media (max-width:860px){.charts,.glossary{grid-template-columns:minmax(0,1fr);columns:1}}
@media (max-width:560px){.page{padding:16px 10px 40px}section{padding:16px 12px 18px;border-radius:6px}h1{font-size:1.5rem}
th,td{padding:6px 8px}tbody th{white-space:normal;min-width:104px;max-width:176px}
.lane{grid-template-columns:112px minmax(0,1fr);gap:8px}.timeline{font-size:.8rem}.facts-list>div{grid-template-columns:minmax(0,1fr);gap:0;padding:5px 0}}
@media print{section{break-inside:auto;border:0;padding:0}.chart,tr{break-inside:avoid}nav,.skip{display:none}}
`;
