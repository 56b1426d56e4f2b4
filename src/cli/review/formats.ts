import type { Colors } from '../output/colors.ts';
import { printable } from '../output/printable.ts';
import { table } from '../output/table.ts';
import type { Answered } from './review.ts';

/** A verdict for people: who asked for what, the answer, and why each container is as it is. */
export function reviewInWords(answered: Answered, colors: Colors): string {
  const { verdict } = answered;
  return [
    `${inColor(verdict.kind, colors)}: ${printable(requestInWords(answered))}\n`,
    ...(verdict.kind === 'denied' ? [section('Message', verdict.message.split('\n'))] : []),
    section('Warnings', verdict.warnings),
    section('Containers', containers(answered)),
    section('Patch', verdict.kind === 'patched' ? verdict.operations.map(operation) : []),
  ].join('');
}

function inColor(kind: Answered['verdict']['kind'], { green, red, yellow }: Colors): string {
  return { allowed: green, patched: yellow, denied: red }[kind](kind);
}

function requestInWords({
  request: { operation, namespace, name, dryRun, username },
  resource,
}: Answered): string {
  const object = [namespace, name ?? '(name still to be generated)']
    .filter((part) => part !== undefined)
    .join('/');
  return `${operation} ${resource} ${object}${username ? ` by ${username}` : ''}${dryRun ? ', dry run' : ''}`;
}

const section = (title: string, lines: readonly string[]): string =>
  lines.length === 0
    ? ''
    : `\n${title}:\n${lines.map((line) => `  ${printable(line)}`.trimEnd()).join('\n')}\n`;

const containers = ({ containers: explanations }: Answered): string[] =>
  table(
    explanations.map(({ list, container, image, outcome }) => [
      list === 'containers' ? (container ?? '') : `${container ?? ''} (${list})`,
      image,
      outcome,
    ]),
  )
    .split('\n')
    .slice(0, -1);

const operation = (patch: { readonly op: string; readonly path: string; readonly value?: unknown }): string =>
  `${patch.op} ${patch.path}${patch.value === undefined ? '' : ` ${JSON.stringify(patch.value)}`}`;
