import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';

/** Text as it may stand between tags and in attributes. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const STYLE = `
:root{color-scheme:light dark;--ground:#f4f2ee;--card:#fff;--ink:#1d1b18;--soft:#6a655d;--line:#e4dfd6;--accent:#1f6f54;--on-accent:#fff;--good:#1f6f54;--good-ground:#e5f2ec;--off-ground:#f0ede7;--wait:#8a5a00;--wait-ground:#fdf2d9}
@media (prefers-color-scheme:dark){:root{--ground:#141311;--card:#1e1c1a;--ink:#f2efe9;--soft:#a8a198;--line:#34302c;--accent:#6fcfa9;--on-accent:#0d2019;--good:#86dcb9;--good-ground:#17332a;--off-ground:#2a2724;--wait:#f0c469;--wait-ground:#3a2e14}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;background:var(--ground);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;display:flex;justify-content:center;padding:48px 16px}
main{width:100%;max-width:560px}
.card{background:var(--card);border:1px solid var(--line);border-radius:16px;padding:32px;box-shadow:0 1px 2px rgba(0,0,0,.04),0 12px 32px rgba(0,0,0,.06)}
h1{font-size:26px;line-height:1.2;letter-spacing:-.01em;margin:0 0 8px}
p{margin:0;color:var(--soft);text-wrap:pretty}
.note{margin:24px 0 0;padding:12px 16px;border-radius:10px;background:var(--good-ground);color:var(--good);font-weight:500}
ul{list-style:none;margin:24px 0 0;padding:0;border-top:1px solid var(--line)}
li{display:flex;flex-wrap:wrap;align-items:center;gap:12px 16px;padding:18px 0;border-bottom:1px solid var(--line)}
li:last-child{border-bottom:0;padding-bottom:0}
.what{flex:1 1 190px;min-width:0}
.name{font-weight:600;display:flex;flex-wrap:wrap;align-items:center;gap:4px 10px}
.address{color:var(--soft);font-size:14px;overflow-wrap:anywhere}
.state{font-size:12.5px;font-weight:600;line-height:1;padding:5px 9px;border-radius:99px;white-space:nowrap;background:var(--off-ground);color:var(--soft)}
.state.subscribed{background:var(--good-ground);color:var(--good)}
.state.pending{background:var(--wait-ground);color:var(--wait)}
form{margin:0}
button{font:inherit;font-weight:600;font-size:15px;min-height:44px;padding:0 18px;border-radius:10px;border:1px solid var(--line);background:transparent;color:var(--ink);cursor:pointer}
button:hover{border-color:var(--soft)}
button:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
button.primary{background:var(--accent);border-color:var(--accent);color:var(--on-accent)}
button.primary:hover{filter:brightness(1.08)}
.all{margin-top:20px;padding-top:20px;border-top:1px solid var(--line);display:flex;flex-wrap:wrap;gap:12px 16px;align-items:center;justify-content:space-between}
.act{margin-top:24px}
a{color:var(--accent)}
.small{font-size:13.5px;margin-top:20px}
@media (max-width:480px){body{padding:16px 12px}.card{padding:24px 20px;border-radius:14px}li form,li button,.all form,.all button,.act button{width:100%}}
@media (prefers-reduced-motion:no-preference){button{transition:border-color .15s,filter .15s}}
`.trim();

/** What a page may do: show itself in this one style, and send its own forms back here. Nothing is loaded, nothing runs. */
export const PAGE_HEADERS: Record<string, string> = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
};

/** Answers with a page. */
export function show(reply: FastifyReply, status: number, html: string): string {
  reply.status(status).headers(PAGE_HEADERS);
  return html;
}

/** A whole page: `content` is HTML, `title` is text. */
export function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body><main><div class="card">
<h1>${escapeHtml(title)}</h1>
${content}
</div></main></body>
</html>`;
}

/** What is shown for a link that is not, or no longer, good. */
export const deadLinkPage = (): string =>
  page(
    'This link does not work any more',
    '<p>It may be incomplete or too old. Please use the link of the latest message you got from us.</p>',
  );
