/** A named place in the code becomes the sudden end of the process, as a power cut there would: for tests of recovery. */
let armed: { point: string; passesLeft: number } | null = null;

/** `at`: a point, or `point#3` for the third time it is passed. Until this is called every point is one comparison. */
export function armCrash(at: string | undefined): void {
  const [point, pass = '1'] = (at ?? '').split('#');
  armed = point ? { point, passesLeft: Number(pass) } : null;
}

export function crashPoint(point: string): void {
  if (armed?.point !== point) return;
  armed.passesLeft -= 1;
  if (armed.passesLeft === 0) process.kill(process.pid, 'SIGKILL');
}
