import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { digestOf } from '../../../src/catalog/load.ts';
import { BAD, GOOD, LARGEST } from '../support/catalog.ts';
import { leaderAmong } from '../support/installed.ts';
import { AT_ONCE } from '../support/pod-stream.ts';
import type { Program } from '../support/program.ts';
import { renewServing, rollOver } from './certificates.ts';
import type { World } from './world.ts';

/** When the API server itself was down, by `performance.now()`. */
export interface Away {
  readonly from: number;
  readonly to: number;
}

interface Struck {
  /** What was done and observed, for the report. */
  readonly seen: string;
  readonly away?: Away;
}

export interface Fault {
  readonly title: string;
  /** How many Pods may be refused, or created without annotations, because their calls were in flight. Default: none. */
  readonly mayMiss?: number;
  /** How many of these may be refused: Pods with a short name of which both calls fail. Default: none. */
  readonly mayRefuse?: number;
  /** Causes the fault, and resolves when it is over. */
  readonly strike: (world: World) => Promise<Struck>;
}

export type FaultName =
  | 'none'
  | 'kill'
  | 'lease'
  | 'api-server'
  | 'renew'
  | 'roll-over'
  | 'largest'
  | 'bad'
  | 'silence';

/** Calls in flight, and the new connections of the second in which the dead replica's address is still called. */
const TAKEN_ALONG = 4 * AT_ONCE;

/** Calls in flight whose second call goes to the same dead address: by chance, one in two. */
const REFUSED_TWICE = AT_ONCE;

export const faults: Readonly<Record<FaultName, Fault>> = {
  none: { title: 'nothing happens', strike: async () => ({ seen: '' }) },

  kill: {
    title: 'a replica is killed',
    mayMiss: TAKEN_ALONG,
    mayRefuse: REFUSED_TWICE,
    strike: async ({ installed }) => {
      const [victim] = installed.replicas;
      if (victim) await crash(installed, victim);
      return { seen: 'its address left after 1 s' };
    },
  },

  lease: {
    title: 'the Lease holder is killed',
    mayMiss: TAKEN_ALONG,
    mayRefuse: REFUSED_TWICE,
    strike: async ({ installed }) => {
      const leader = await leaderAmong(() => installed.replicas);
      const began = performance.now();
      await crash(installed, leader);
      await leaderAmong(() => installed.replicas);
      return { seen: `its address left after 1 s; the other led after ${secondsSince(began)}` };
    },
  },

  'api-server': {
    title: 'the API server restarts',
    strike: async ({ controlPlane, served }) => {
      const from = performance.now();
      await controlPlane.stopApiServer();
      await controlPlane.startApiServer();
      const away = { from, to: performance.now() };
      await served(GOOD);
      return { seen: `away for ${secondsSince(from)}`, away };
    },
  },

  renew: { title: 'certificates renew', strike: async (world) => ({ seen: await renewServing(world) }) },

  'roll-over': { title: 'the CA rolls over', strike: async (world) => ({ seen: await rollOver(world) }) },

  largest: {
    title: 'the largest allowed catalog is applied',
    strike: async ({ edit, served }) => {
      let longest = 0;
      for (const text of [LARGEST, GOOD, LARGEST, GOOD]) {
        expect(await edit(text)).toBe(200);
        longest = Math.max(longest, await served(text));
      }
      return { seen: `applied and taken back twice; served at most ${inSeconds(longest)} later` };
    },
  },

  bad: {
    title: 'a bad catalog is applied',
    strike: async ({ edit, installed }) => {
      for (let time = 0; time < 10; time += 1) {
        expect(await edit(`${BAD}# time ${time}\n`)).toBe(422);
        await pause(100);
      }
      expect(await edit(BAD, { 'image-config.toolforge.org/accept': digestOf(BAD) })).toBe(200);
      for (const replica of installed.replicas)
        await expect.poll(() => replica.check('catalog'), { timeout: 20_000 }).toMatch(/^invalid/);
      await pause(2_000);
      return { seen: 'refused ten times, then stored by break-glass: the last good one went on serving' };
    },
  },

  silence: {
    title: 'the watches go silent',
    strike: async ({ proxy, edit, served }) => {
      proxy.freeze();
      const edited = `${GOOD}# in silence\n`;
      expect(await edit(edited)).toBe(200);
      return { seen: `an edit meanwhile was served after ${inSeconds(await served(edited))}` };
    },
  },
};

/** Kills a replica; its address is called for another second, as in a cluster until kube-proxy has removed it. */
async function crash(installed: World['installed'], victim: Program): Promise<void> {
  await installed.kill(victim);
  await pause(1_000);
  installed.receiveNoCalls(victim);
}

const inSeconds = (milliseconds: number): string => `${(milliseconds / 1_000).toFixed(1)} s`;
const secondsSince = (began: number): string => inSeconds(performance.now() - began);
