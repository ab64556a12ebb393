/** Secrets this process holds, so that no line it writes shows one, whatever a library put into its words. */

const hidden = new Set<string>();
/** Shorter ones are words that occur by themselves. */
const shortest = 6;

/** From here on `withoutHidden` leaves this out, as it is and as a URL writes it. */
export function hide(secret: string | null | undefined): void {
  if (!secret || secret.length < shortest) return;
  for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]) hidden.add(form);
}

/** The whole of a URL, its password, and its path where that is long enough to be one (a webhook's is). */
export function hideUrl(url: string | undefined): void {
  if (url === undefined || !URL.canParse(url)) return;
  const { password, pathname } = new URL(url);
  hide(password);
  hide(decodeURIComponent(password));
  if (pathname.length > 20) hide(pathname);
}

export function withoutHidden(text: string): string {
  let shown = text;
  for (const secret of hidden) if (shown.includes(secret)) shown = shown.replaceAll(secret, '[Redacted]');
  return shown;
}
