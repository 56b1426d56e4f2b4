import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ControlPlane, startControlPlane } from '../../test/control-plane/control-plane.ts';
import { type FaultName, faults } from '../../test/control-plane/faults/faults.ts';
import { type FaultCount, strikeUnderLoad } from '../../test/control-plane/faults/under-load.ts';
import { startWorld, type World } from '../../test/control-plane/faults/world.ts';
import { AT_ONCE } from '../../test/control-plane/support/pod-stream.ts';
import { machineLoad, ms, table } from '../figures.mjs';

/*
 * What people meet with who create Pods while something breaks, with two replicas on a real API server.
 */

const LEGEND = `Pods are created by ${AT_ONCE} clients at once, each call on a connection of its own, by turns with an alias and with the URL
that it stands for. Each answer is looked at.

right          created with the URL and the facts that it has to have
refused        a short name, and both calls went to a replica that was gone: the failure policy Fail refuses what could not start
without facts  a URL, and its one call went to a replica that was gone: the failure policy Ignore lets it through as it was sent
wrong          created with an image or with facts that are not so
lost           neither created nor refused for that reason
API server     refused or not answered because the API server itself was away: not ours, and not in "made"`;

let controlPlane: ControlPlane;
let world: World;

beforeAll(async () => {
  controlPlane = await startControlPlane();
  world = await startWorld(controlPlane);
});

afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
  await controlPlane?.stop();
});

it('no Pod is wrong and none is lost, whatever breaks', async () => {
  console.log(`\nNode ${process.version}; load ${machineLoad()} before it began\n\n${LEGEND}`);
  const outcomes: [FaultName, FaultCount][] = [];
  for (const name of chosen()) outcomes.push([name, await strikeUnderLoad(world, name)]);
  console.log(
    `\n${table([
      [
        'fault',
        'made',
        'right',
        'refused',
        'without facts',
        'wrong',
        'lost',
        'longest wait',
        'API server',
        'seen',
      ],
      ...outcomes.map(([name, outcome]) => row(faults[name].title, outcome)),
    ])}\n`,
  );
  const bad = outcomes.filter(([name, { wrong, lost, refused, withoutAnnotations }]) => {
    const { mayMiss = 0, mayRefuse = 0 } = faults[name];
    return wrong > 0 || lost.length > 0 || refused > mayRefuse || refused + withoutAnnotations > mayMiss;
  });
  expect(bad).toEqual([]);
});

const row = (title: string, { made, away, lost, longest, seen, ...of }: FaultCount): string[] => [
  title,
  ...[made - away, of.right, of.refused, of.withoutAnnotations, of.wrong, lost.length].map(String),
  ms(longest),
  String(away),
  seen,
];

/** Those that FAULTS names, such as `kill,lease`; all of them where it names none. */
function chosen(): FaultName[] {
  const all = Object.keys(faults) as FaultName[];
  const named = process.env.FAULTS?.split(',') ?? all;
  const unknown = named.filter((name) => !all.includes(name as FaultName));
  if (unknown.length > 0)
    throw new Error(`FAULTS: there is no ${unknown.join(', ')}; there are ${all.join(', ')}`);
  return named as FaultName[];
}
