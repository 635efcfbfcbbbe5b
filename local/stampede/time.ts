import { fileURLToPath } from 'node:url';

/** How time passes in a run: in all its processes alike, however wrong each one's clock is. */
export interface Pace {
  /** Milliseconds since 1970 at which the run's own time and the machine's are the same. */
  readonly epoch: number;
  /** 1 is real time. Twelve seconds of the run pass in one at 12: a lease of three minutes then ends after 15 s. */
  readonly speed: number;
}

/** What `bent-time.ts` reads in the process that it is loaded into. */
export const BENT_TIME = 'STAMPEDE_TIME';

export interface BentTime extends Pace {
  /** Milliseconds by which the clock of that process is ahead of the run's. */
  readonly skew: number;
}

/** The run's time in this process, whose own clock stays as it is. */
export const clockOf = ({ epoch, speed }: Pace) => ({
  now: () => Math.round(epoch + (Date.now() - epoch) * speed),
});

/** What a process has to be started with for its time to pass so. Real time needs nothing. */
export function startedIn(
  { epoch, speed }: Pace,
  skew = 0,
): { readonly args: string[]; readonly env: NodeJS.ProcessEnv } {
  if (speed === 1 && skew === 0) return { args: [], env: {} };
  const bent = fileURLToPath(new URL('./bent-time.ts', import.meta.url));
  return { args: ['--import', bent], env: { [BENT_TIME]: JSON.stringify({ epoch, speed, skew } satisfies BentTime) } };
}
