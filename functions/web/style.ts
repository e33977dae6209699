import { createHash } from 'node:crypto';

/** The one style sheet, inline, so that a page is a single request; the policy names it by its hash. */
export const STYLE = `
:root{color-scheme:light dark;--ink:#16202a;--soft:#5b6875;--paper:#f6f7f9;--card:#fff;--line:#dfe4ea;
--up:#1a7f4b;--degraded:#9a6200;--down:#c0272d;--unknown:#6b7682;--link:#0b5cad}
@media(prefers-color-scheme:dark){:root{--ink:#e6ebf0;--soft:#9aa7b4;--paper:#10161c;--card:#182028;--line:#2a3540;
--up:#4cc38a;--degraded:#e0a63b;--down:#ff7b7b;--unknown:#93a0ad;--link:#79b8ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{max-width:56rem;margin:0 auto;padding:2rem 1rem 4rem}
h1{font-size:1.6rem;line-height:1.25;margin:.25rem 0 1.5rem}
h2{font-size:1rem;color:var(--soft);font-weight:600;margin:2rem 0 .5rem}
a{color:var(--link)}
.mark{font-weight:700;letter-spacing:.02em;text-decoration:none;color:var(--soft)}
.card{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:.9rem 1rem;margin:0 0 .6rem}
.card>h3{font-size:1rem;margin:0 0 .25rem;display:flex;justify-content:space-between;gap:1rem;overflow-wrap:anywhere}
.incident{border-left:.3rem solid var(--down)}
.monitor{display:grid;grid-template-columns:minmax(8rem,1fr) auto 5.5rem;gap:.25rem 1rem;align-items:center;padding:.3rem 0}
.monitor+.monitor{border-top:1px solid var(--line)}
.name{overflow-wrap:anywhere}
.why{grid-column:1/-1;color:var(--soft);font-size:.9rem;overflow-wrap:anywhere}
.figure{text-align:right;color:var(--soft);font-variant-numeric:tabular-nums;white-space:nowrap}
.bars{display:flex;gap:2px;align-items:flex-end}
.bar{width:5px;height:1.25rem;border-radius:1px;background:var(--line)}
.bar.up{background:var(--up)}.bar.degraded{background:var(--degraded);height:1rem}
.bar.down{background:var(--down)}.bar.unknown{background:var(--unknown);height:.5rem}
.word{font-weight:600;white-space:nowrap}
.word.up{color:var(--up)}.word.degraded{color:var(--degraded)}.word.down{color:var(--down)}.word.unknown{color:var(--unknown)}
.soft{color:var(--soft)}
pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:.5rem 0 0}
form{display:inline-block;margin:.15rem .3rem .15rem 0}
table{border-collapse:collapse;width:100%}
td{padding:.3rem .75rem .3rem 0;vertical-align:top;border-top:1px solid var(--line);overflow-wrap:anywhere}
td:first-child{white-space:nowrap;color:var(--soft);font-variant-numeric:tabular-nums}
footer{margin-top:2.5rem;color:var(--soft);font-size:.9rem}
@media(max-width:34rem){.monitor{grid-template-columns:1fr auto}.bars{grid-column:1/-1;order:3}}
`;

const hash = createHash('sha256').update(STYLE).digest('base64');

/** Nothing but our own style may load, no script runs, no frame may show us. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
};

/** The same for a page that may submit a form to where it came from. */
export const FORM_HEADERS: Readonly<Record<string, string>> = {
  ...PAGE_HEADERS,
  'content-security-policy': `${PAGE_HEADERS['content-security-policy']}`.replace(
    "form-action 'none'",
    "form-action 'self'",
  ),
};
