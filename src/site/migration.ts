import { jobsClient, webservice } from '../catalog/readers.ts';
import type { SiteImage, SiteModel } from './model.ts';
import type { ToolWorkload } from './use.ts';

/** A part of a sentence, which each kind of output marks up and escapes in its own way. */
export type Phrase = string | { readonly code: string } | { readonly link: string };

/** What a maintainer does to move one workload from a deprecated image to the image that replaces it: a clause. */
export function migration(workload: ToolWorkload, { deprecation }: SiteImage, model: SiteModel): Phrase[] {
  const { replacement, newer } = deprecation ?? {};
  if (newer) return ['choose another image, such as ', { code: newer }];
  const target = replacement ? model.byShortName.get(replacement) : undefined;
  if (!target) return ['choose another image'];
  if (workload.client === webservice.client) return webserviceMigration(target);
  if (workload.client === jobsClient) return jobMigration(workload, target);
  return otherMigration(target);
}

// `webservice restart` starts the type that it started before, so only `start` with a type changes it.
const webserviceMigration = ({ entry: { name }, urls }: SiteImage): Phrase[] =>
  urls.webservice === null
    ? ['choose another image: webservice does not offer ', { code: name }]
    : ['run ', { code: `toolforge webservice stop && toolforge webservice ${name} start` }];

const jobMigration = ({ workload }: ToolWorkload, { entry: { name }, urls }: SiteImage): Phrase[] =>
  urls.jobs === null
    ? ['choose another image: jobs cannot use ', { code: name }]
    : [
        'write ',
        { code: `image: ${name}` },
        ' for the job ',
        { code: workload.slice(workload.indexOf('/') + 1) },
        ' in jobs.yaml and run ',
        { code: 'toolforge jobs load jobs.yaml' },
        ', or delete the job and run it again with ',
        { code: `--image ${name}` },
      ];

const otherMigration = ({ entry: { name }, urls }: SiteImage): Phrase[] =>
  urls.other === null
    ? ['choose another image: other Pods cannot use ', { code: name }]
    : ['write the image ', { code: urls.other }, ' into its manifest and apply it'];
