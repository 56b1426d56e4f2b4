import { Option } from 'commander';
import { podsByUrlSetting, toolSelectorSetting } from '../collections.ts';
import { Setting } from '../options/setting.ts';
import { kubernetesName } from '../options/values.ts';

/** What `audit` looks at, and what it says of it. */
export const auditOptions: readonly Option[] = [
  new Setting(
    '--kubeconfig <file>',
    'cluster to look at (default: the one of our Pod, else that of kubectl)',
  ),
  new Setting('--catalog <file>', 'catalog to judge by (default: the one of the cluster)'),
  new Option('-n, --namespace <name>', 'one tool alone, by rights in its namespace').argParser(
    kubernetesName,
  ),
  toolSelectorSetting,
  podsByUrlSetting,
  new Option('--edit <new>', 'say what this catalog would do to whom; - is standard input'),
  new Option('--all', 'what is as it should be, too').conflicts('edit'),
  new Option('--strict', 'exit 1 for findings, too'),
];
