/** Pages of the server itself: plain HTML with one style, no script and no other file. */
import { createHash } from 'node:crypto';

export const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const style = `
:root { color-scheme: light dark; --text: #1c1b1a; --quiet: #5d5a55; --line: #dcd8d0; --paper: #fbfaf8; }
@media (prefers-color-scheme: dark) { :root { --text: #eceae6; --quiet: #a9a59d; --line: #3a3834; --paper: #1a1918; } }
body { margin: 0; background: var(--paper); color: var(--text); font: 1rem/1.55 Inter, system-ui, sans-serif; }
main { max-width: 40rem; margin: 12vh auto 0; padding: 0 1.5rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0.25rem 0 1.25rem; }
.quiet { color: var(--quiet); margin: 0; }
.advice { border-left: 3px solid #b8860b; padding: 0.1rem 0 0.1rem 1rem; }
nav { border-top: 1px solid var(--line); margin-top: 2rem; padding-top: 1rem; }
a { color: inherit; }
code { font-family: ui-monospace, monospace; }
table { border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 0.75rem 0.25rem 0; }
`;

/** The page's one style is named to the browser by its hash: no other runs. */
export const pagePolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** @param body HTML */
export const page = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)} · Assay</title>
<style>${style}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
