/** Reads and writes the small flat XML of SOAP and of Bulk API 1.0. */

/** The contents of every element of this local name; enough for messages this small and flat. */
export function texts(xml: string, name: string): string[] {
  const pattern = new RegExp(`<(?:\\w+:)?${name}(?:\\s[^>]*)?>([^]*?)</(?:\\w+:)?${name}>`, 'g');
  return [...xml.matchAll(pattern)].map(([, text = '']) => unescapeXml(text.trim()));
}

function unescapeXml(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
}

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** One element for each entry, a list as an element for each member; null and undefined leave none. */
export function elements(fields: Record<string, unknown>): string {
  return Object.entries(fields)
    .flatMap(([name, value]) => [value ?? []].flat().map((one): [string, unknown] => [name, one]))
    .map(([name, value]) => {
      const inner = typeof value === 'object' && value !== null ? elements(value as Record<string, unknown>) : null;
      return `<${name}>${inner ?? escapeXml(String(value))}</${name}>`;
    })
    .join('');
}
