import type { ClusterAccess } from '../../settings.ts';
import { Setting } from './setting.ts';

/** The cluster that a verb uses and the user that it acts as, with the names of kubectl. */
export const clusterAccessSettings: readonly Setting[] = [
  new Setting(
    '--kubeconfig <file>',
    'kubeconfig of the cluster (default: the ServiceAccount of our Pod, else as kubectl)',
  ),
  new Setting('--context <name>', 'context of the kubeconfig (default: its current-context)'),
  new Setting('--as <user>', 'user to act as'),
  new Setting('--as-group <group>', 'group to act as, beside --as; may be repeated').collect(),
  new Setting('--as-uid <uid>', 'uid to act as, beside --as'),
];

/** The values of these options, by the names that commander gives them. */
export interface ClusterAccessFlags {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly as?: string;
  readonly asGroup: readonly string[];
  readonly asUid?: string;
}

export const clusterAccessOf = ({
  kubeconfig,
  context,
  as,
  asGroup,
  asUid,
}: ClusterAccessFlags): ClusterAccess => ({
  file: kubeconfig,
  context,
  as: { user: as, groups: asGroup, uid: asUid },
});
