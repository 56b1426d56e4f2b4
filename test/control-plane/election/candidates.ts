import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ElectionTimes } from '../../../src/cluster/observed-lease.ts';
import { bundle } from '../../support/bundle.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

export interface CandidateSettings {
  readonly kubeconfig: string;
  readonly namespace: string;
  /** Of the Lease. */
  readonly name: string;
  readonly identity: string;
  readonly times: ElectionTimes;
}

/** A line of a candidate's output. `at`: milliseconds on the monotonic clock, which all processes of a machine share. */
export type Line =
  | { readonly kind: 'sample'; readonly at: number; readonly leading: boolean }
  | { readonly kind: 'changed'; readonly leading: boolean }
  | { readonly kind: 'trouble'; readonly fault: string };

type Sample = Extract<Line, { kind: 'sample' }>;

/** A candidate in a process of its own. */
export interface CandidateProcess {
  readonly identity: string;
  /** By the last sample. */
  readonly leading: () => boolean;
  readonly samples: readonly Sample[];
  /** Each change of leadership that it was notified of. */
  readonly changes: readonly boolean[];
  readonly troubles: readonly string[];
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly exited: Promise<number | null>;
}

/** All candidates for a Lease; disposing kills them. */
export interface Candidates extends AsyncDisposable {
  readonly start: (identity: string) => CandidateProcess;
  /** The identities of the running candidates that lead. */
  readonly leaders: () => string[];
  /** Says which two candidates ever led at the same time, if any. */
  readonly overlap: () => string | undefined;
}

export async function candidatesFor(settings: Omit<CandidateSettings, 'identity'>): Promise<Candidates> {
  const directory = await temporaryDirectory();
  const script = fileURLToPath(await bundle(new URL('candidate.ts', import.meta.url), directory.path));
  const all: CandidateProcess[] = [];
  const gone = new Set<CandidateProcess>();
  return {
    start(identity) {
      const candidate = startCandidate(script, { ...settings, identity });
      void candidate.exited.then(() => gone.add(candidate));
      all.push(candidate);
      return candidate;
    },
    leaders: () =>
      all.filter((candidate) => candidate.leading() && !gone.has(candidate)).map(({ identity }) => identity),
    overlap: () => overlapOf(all),
    async [Symbol.asyncDispose]() {
      // SIGKILL also ends a stopped process.
      for (const candidate of all) candidate.kill('SIGKILL');
      await Promise.all(all.map(({ exited }) => exited));
      await directory[Symbol.asyncDispose]();
    },
  };
}

function startCandidate(script: string, settings: CandidateSettings): CandidateProcess {
  const child = spawn(process.execPath, [script, JSON.stringify(settings)], {
    // An empty environment otherwise: it must not find the clusters of this machine's user.
    env: { PATH: process.env.PATH ?? '' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const samples: Sample[] = [];
  const changes: boolean[] = [];
  const troubles: string[] = [];
  createInterface(child.stdout).on('line', (text) => {
    const line = JSON.parse(text) as Line;
    if (line.kind === 'sample') samples.push(line);
    else if (line.kind === 'changed') changes.push(line.leading);
    else troubles.push(line.fault);
  });
  return {
    identity: settings.identity,
    leading: () => samples.at(-1)?.leading ?? false,
    samples,
    changes,
    troubles,
    kill: (signal) => void child.kill(signal),
    // `close` comes after the last line of output.
    exited: once(child, 'close').then(([code]) => code as number | null),
  };
}

interface Term {
  readonly identity: string;
  readonly from: number;
  to: number;
}

/** A term is a run of samples that lead: a candidate that is stopped and still leads afterwards led all the time. */
function termsOf({ identity, samples }: CandidateProcess): Term[] {
  const terms: Term[] = [];
  let term: Term | undefined;
  for (const { at, leading } of samples) {
    if (!leading) term = undefined;
    else if (term) term.to = at;
    else {
      term = { identity, from: at, to: at };
      terms.push(term);
    }
  }
  return terms;
}

function overlapOf(candidates: readonly CandidateProcess[]): string | undefined {
  const terms = candidates.flatMap(termsOf).sort((one, other) => one.from - other.from);
  const [before, after] =
    terms
      .map((term, place) => [term, terms[place + 1]] as const)
      .find(([term, next]) => next !== undefined && next.from <= term.to) ?? [];
  return (
    before && after && `${before.identity} led until ${before.to}, ${after.identity} from ${after.from} on`
  );
}
