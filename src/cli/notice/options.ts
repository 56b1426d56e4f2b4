import { InvalidArgumentError, Option } from 'commander';
import { steps } from '../../notice/tool-notices.ts';
import { clusterAccessSettings } from '../options/cluster-access.ts';
import { Setting } from '../options/setting.ts';
import {
  deprecationUrlSetting,
  podsByUrlSetting,
  policySettings,
  precedenceSetting,
  toolSelectorSetting,
} from '../options/shared.ts';
import { publicUrlSetting } from '../site/options.ts';
import { noticeTargets } from './formats.ts';

const targets = Object.keys(noticeTargets);

export const noticeOptions: readonly Option[] = [
  new Option('--to <target>', 'kind of text').choices(targets).default(targets[0]),
  new Option('--image <name>', 'only about this image, by name or alias'),
  new Option(
    '--step <days>',
    `only about images whose removal is at most so many days away: ${steps.join(', ')}`,
  ).argParser(step),
  new Option('--since <file>', 'leave out what this file says: the output of an earlier notice --to json'),
  new Option('--out <dir>', 'write a file for each text into this new or empty directory'),
  new Option('--recipient <address>', 'mail address of the maintainers; TOOL is the name of the tool')
    .default('TOOL.maintainers@toolforge.org')
    .argParser(recipient),
  publicUrlSetting,
  new Setting('--state <url>', 'what serve knows: its /state.json, or a file saved from there'),
  ...clusterAccessSettings,
  toolSelectorSetting,
  podsByUrlSetting,
  precedenceSetting,
  deprecationUrlSetting,
  ...policySettings,
];

function step(text: string): number {
  const days = steps.find((candidate) => String(candidate) === text);
  if (days === undefined) throw new InvalidArgumentError(`Expected one of ${steps.join(', ')}.`);
  return days;
}

/** One address without spaces: the name of a tool is a part of it. */
function recipient(text: string): string {
  if (!/^[^\s@<>,;:"\\]+@[A-Za-z0-9.-]+$/.test(text))
    throw new InvalidArgumentError('Expected one mail address.');
  return text;
}
