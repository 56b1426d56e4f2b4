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

/** What a candidate says. `at`: milliseconds of a clock that is the same for all processes of a machine. */
export type Line =
  | { readonly kind: 'asked'; readonly at: number; readonly leading: boolean }
  | { readonly kind: 'told'; readonly leading: boolean }
  | { readonly kind: 'trouble'; readonly fault: string };

type Asked = Extract<Line, { kind: 'asked' }>;

/** A candidate in a process of its own. */
export interface CandidateProcess {
  readonly identity: string;
  /** What it said last when it was asked. */
  readonly leading: () => boolean;
  readonly asked: readonly Asked[];
  readonly told: readonly boolean[];
  readonly troubles: readonly string[];
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly exited: Promise<number | null>;
}

/** All candidates for a Lease. They end with this. */
export interface Candidates extends AsyncDisposable {
  readonly start: (identity: string) => CandidateProcess;
  /** Of those that run. */
  readonly leaders: () => string[];
  /** Two of them that led at the same time, ever. */
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
      // One that is stopped, too.
      for (const candidate of all) candidate.kill('SIGKILL');
      await Promise.all(all.map(({ exited }) => exited));
      await directory[Symbol.asyncDispose]();
    },
  };
}

function startCandidate(script: string, settings: CandidateSettings): CandidateProcess {
  const child = spawn(process.execPath, [script, JSON.stringify(settings)], {
    // Nothing of this machine's own clusters may reach it.
    env: { PATH: process.env.PATH ?? '' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const asked: Asked[] = [];
  const told: boolean[] = [];
  const troubles: string[] = [];
  createInterface(child.stdout).on('line', (text) => {
    const line = JSON.parse(text) as Line;
    if (line.kind === 'asked') asked.push(line);
    else if (line.kind === 'told') told.push(line.leading);
    else troubles.push(line.fault);
  });
  return {
    identity: settings.identity,
    leading: () => asked.at(-1)?.leading ?? false,
    asked,
    told,
    troubles,
    kill: (signal) => void child.kill(signal),
    // With all that it said.
    exited: once(child, 'close').then(([code]) => code as number | null),
  };
}

interface Term {
  readonly identity: string;
  readonly from: number;
  to: number;
}

/** From one yes to the last one before a no: who is stopped and says yes afterwards has led all the time. */
function termsOf({ identity, asked }: CandidateProcess): Term[] {
  const terms: Term[] = [];
  let term: Term | undefined;
  for (const { at, leading } of asked) {
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
