/** A page of the documentation becomes the list of what is wrong with it: its kind, long lines, dead links. */
import { dirname, join, normalize } from 'node:path';

/** What a page may link to: null when there is no such file or folder, else the anchors of its headings. */
export type Anchors = (path: string) => Set<string> | null;

const lineLength = 120;
const sentenceWords = 25;
const cellWords = 12;

/** The folder of a page -> the word with which its second paragraph opens. Decisions are numbered instead. */
const kindOf: Record<string, string> = {
  docs: 'Map',
  'docs/start': 'Tutorial',
  'docs/how-to': 'How-to',
  'docs/reference': 'Reference',
  'docs/explain': 'Explanation',
  'docs/bench': 'Bench',
  'docs/internals': 'Internals',
};

export function pageFaults(file: string, text: string, anchorsOf: Anchors): string[] {
  // The changelog is merged line by line, so its lines are not broken anew.
  const lines = file === 'CHANGELOG.md' ? [] : lineFaults(text);
  const words = /^(README|docs\/(start|how-to|explain)\/)/.test(file) ? wordFaults(text) : [];
  return [...kindFaults(file, text), ...lines, ...words, ...linkFaults(file, text, anchorsOf)];
}

const block = /^ *```.*?^ *```$/gms;

function kindFaults(file: string, text: string): string[] {
  const folder = dirname(file);
  if (!file.startsWith('docs/')) return [];
  if (folder === 'docs/internals/decisions') {
    return /^# \d+\. \S/.test(text) ? [] : ['a decision opens with its number: "# 12. …"'];
  }
  const kind = kindOf[folder];
  if (kind === undefined) return [`no kind of page belongs into ${folder}`];
  if (!new RegExp(`^# \\S.*\\n\\n\\*${kind}\\b.*\\.\\*\\n`).test(text))
    return [`must open with its title and "*${kind}…*"`];
  const hasSteps = /^ *1\. /m.test(text) || /^## 1\. /m.test(text);
  const commands = [...text.matchAll(block)].filter(([part]) => /^ *(curl|node|npm|docker|psql|export) /m.test(part));
  if (kind === 'Tutorial' && !(hasSteps && commands.length > 0)) return ['a tutorial has numbered steps and commands'];
  if (kind === 'How-to' && !hasSteps && commands.length === 0 && !/\bWhat to do\b/.test(text))
    return ['a how-to has steps, commands or a table of what to do'];
  if (kind === 'Explanation' && (commands.length > 0 || hasCommandSteps(text)))
    return ['an explanation has no commands to run: link to the how-to'];
  return [];
}

const hasCommandSteps = (text: string) => /^ *\d+\. (Run|Click|Set|Send) /m.test(text);

/** Code, tables and generated lists of values are as wide as they are. */
function lineFaults(text: string): string[] {
  const prose = text.replaceAll(block, (part) => part.replaceAll(/[^\n]/g, ''));
  return prose.split('\n').flatMap((line, at) => {
    // A word that cannot be broken, such as a link, may reach over the edge.
    const isOneWord = /^\s*(?:[-*]\s|\d+\.\s|>\s)?\S+$/.test(line);
    const length = Array.from(line).length;
    if (length <= lineLength || line.trimStart().startsWith('|') || isOneWord) return [];
    return [`line ${at + 1} has ${length} characters, at most ${lineLength} are read well`];
  });
}

/** One idea a sentence, values in cells. Quoted messages are as they are. */
function wordFaults(text: string): string[] {
  const plain = text.replaceAll(block, '').replaceAll(/\]\([^)]*\)/g, ']');
  const rows = plain.split('\n').filter((line) => line.trimStart().startsWith('|'));
  const cells = rows.flatMap((row) => row.split('|')).filter((cell) => countWords(cell) > cellWords);
  const paragraphs = plain.replaceAll(/^ *(\||>|#).*$/gm, '\n').split(/\n\s*\n|\n\s*(?:[-*]|\d+\.)\s/);
  const sentences = paragraphs
    .flatMap((paragraph) => paragraph.split(/(?<=[.:!?;])\*{0,2}\s+(?=[^a-z])/))
    .filter((sentence) => countWords(sentence) > sentenceWords);
  return [
    ...cells.map((cell) => `a cell of over ${cellWords} words: ${cell.trim()}`),
    ...sentences.map((sentence) => `a sentence of over ${sentenceWords} words: ${sentence.trim()}`),
  ];
}

const countWords = (text: string) => text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;

function linkFaults(file: string, text: string, anchorsOf: Anchors): string[] {
  const links = text.replaceAll(block, '').matchAll(/\]\(((?!https?:|mailto:)[^)\s]+)\)/g);
  return [...links].flatMap(([, target = '']) => {
    const [path = '', anchor] = target.split('#');
    const to = path === '' ? file : normalize(join(dirname(file), path));
    const anchors = anchorsOf(to);
    if (anchors === null) return [`links to ${target}, which is not there`];
    return anchor === undefined || anchors.has(anchor) ? [] : [`links to ${target}, where no heading is called so`];
  });
}

/** The anchors that a Markdown page gets from its headings, as GitHub makes them. */
export function headingAnchors(text: string): Set<string> {
  const headings = text.replaceAll(block, '').matchAll(/^#+ (.+)$/gm);
  return new Set(
    [...headings].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}_\- ]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}
