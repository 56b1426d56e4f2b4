import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ControlPlane, startControlPlane } from '../../test/control-plane/control-plane.ts';
import { type FaultName, faults } from '../../test/control-plane/faults/faults.ts';
import { type FaultCount, strikeUnderLoad } from '../../test/control-plane/faults/under-load.ts';
import { startWorld, type World } from '../../test/control-plane/faults/world.ts';
import { AT_ONCE } from '../../test/control-plane/support/pod-stream.ts';
import { machineLoad, ms, table } from '../figures.mjs';

/* Counts the answers to clients that create Pods during a fault, with two replicas on a real API server. */

const LEGEND = `${AT_ONCE} clients create Pods at once, each call on a new connection, alternately with an alias and with its URL. Each answer is
checked.

right          created with the right URL and annotations
refused        a short name, and both calls went to a replica that was gone: the failure policy Fail refuses a Pod that could not start
without facts  a URL, and its only call went to a replica that was gone: the failure policy Ignore admits the Pod unchanged
wrong          created with a wrong image or wrong annotations
lost           neither created nor refused for that reason
API server     refused or not answered because the API server itself was down: not counted in "made"`;

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

it('no fault makes a wrong Pod or loses one', async () => {
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

/** The faults that FAULTS names, such as `kill,lease`; all of them without it. */
function chosen(): FaultName[] {
  const all = Object.keys(faults) as FaultName[];
  const named = process.env.FAULTS?.split(',') ?? all;
  const unknown = named.filter((name) => !all.includes(name as FaultName));
  if (unknown.length > 0)
    throw new Error(`FAULTS: there is no ${unknown.join(', ')}; there are ${all.join(', ')}`);
  return named as FaultName[];
}
