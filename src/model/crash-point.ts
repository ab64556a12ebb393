/** A named place in the code becomes the sudden end of the process, or its freezing, as a power cut there would: for tests of recovery. */
let armed: { point: string; passesLeft: number; signal: 'SIGKILL' | 'SIGSTOP' } | null = null;

/**
 * `at`: a point, or `point#3` for the third time it is passed; with `!stop` behind it the process freezes there instead.
 * Until this is called every point is one comparison.
 */
export function armCrash(at: string | undefined): void {
  const [place = '', stop] = (at ?? '').split('!');
  const [point, pass = '1'] = place.split('#');
  armed = point ? { point, passesLeft: Number(pass), signal: stop ? 'SIGSTOP' : 'SIGKILL' } : null;
}

export function crashPoint(point: string): void {
  if (armed?.point !== point) return;
  armed.passesLeft -= 1;
  if (armed.passesLeft === 0) process.kill(process.pid, armed.signal);
}
