import { Command, Option } from 'commander';
import { ownName } from '../settings.ts';
import { auditFormats } from './audit/formats.ts';
import type { CommandResult } from './command-result.ts';
import { diffFormats } from './diff/formats.ts';
import type { Io } from './io.ts';
import { lintFormats } from './lint/formats.ts';
import { listFormats } from './list/formats.ts';
import { noticeOptions } from './notice/options.ts';
import { clusterAccessSettings } from './options/cluster-access.ts';
import { fillFromEnvironment, refuseUnknownVariables } from './options/environment.ts';
import { Setting } from './options/setting.ts';
import {
  catalogSetting,
  deprecationUrlSetting,
  pastRemovalSetting,
  podsByUrlSetting,
  policySettings,
  precedenceSetting,
  registryAdmissionSetting,
  toolSelectorSetting,
} from './options/shared.ts';
import { acknowledgementList, date, kubernetesName } from './options/values.ts';
import { printableLines } from './output/terminal-safe.ts';
import { resolveFormats } from './resolve/formats.ts';
import { reviewFormats } from './review/formats.ts';
import { type ServeOptions, serveOptions, serveSettings } from './serve/options.ts';
import { type SiteOptions, siteOptions } from './site/options.ts';
import { PROGRAM, version } from './version.ts';

const EXIT_CODES = `
Exit codes: 0 success, warnings included; 1 problems found or unknown name; 2 wrong usage or unreadable input.`;

/** The end of a verb's help. It lists the options that are environment variables, too. */
function variablesOf(options: readonly Option[]): string {
  const settings = options.filter((option) => option instanceof Setting);
  const [first] = settings;
  if (!first) return '';
  if (settings.length === options.length)
    return `
Every option is an environment variable, too: ${first.long} is ${first.variable}. The command line wins.`;
  return `
Environment variables, too (${first.long} is ${first.variable}; the command line wins):
${settings.map(({ long }) => long).join(', ')}`;
}

/**
 * All verbs with their arguments and options. A verb is loaded when it runs, except for its table of formats: only `serve`
 * and `site` load a server, only these and `audit` a Kubernetes client, and only `serve` and `certs` the issuer of certificates.
 */
export function buildProgram(io: Io, finish: (outcome: CommandResult) => void): Command {
  const program = new Command(PROGRAM)
    .description("Guards Toolforge's catalog of container images and resolves its short names in Pods.")
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(printableLines(text)),
      getOutHelpWidth: () => io.stdout.columns ?? 100,
      getErrHelpWidth: () => io.stderr.columns ?? 100,
    })
    .hook('preAction', (_, command) => fillFromEnvironment(command, io.env))
    .addHelpText('after', EXIT_CODES);

  verb(program, 'serve', 'serve the webhooks over HTTPS', serveOptions).action(
    async (options: ServeOptions, command: Command) => {
      refuseUnknownVariables(command, io.env);
      const settings = serveSettings(options);
      const { serve } = await import('./serve/serve.ts');
      finish({ exitCode: await serve(settings, io) });
    },
  );

  verb(program, 'site', 'serve or write a site and an API about the images', siteOptions).action(
    async (options: SiteOptions) => {
      if (options.out !== undefined) {
        const { writeSite } = await import('./site/write-site.ts');
        return finish(await writeSite(options, options.out, io));
      }
      const { site } = await import('./site/site.ts');
      finish({ exitCode: await site(options, io) });
    },
  );

  verb(program, 'lint', 'report the problems of catalogs', [
    new Option('--against <old>', 'check the change from this catalog, too'),
    new Option(
      '--acknowledge <list>',
      'intended losses: names, reader:webservice, reader:jobs-api, host:OLD, immutable',
    ).argParser(acknowledgementList),
    formatOption(lintFormats),
    new Option('--strict', 'exit 1 for warnings that are not acknowledged, too'),
    new Option('--fix', 'fix what has only one possible fix, in the files'),
    new Option('--dry-run', 'print the changes of --fix as a patch instead'),
    new Option('--check-registry', 'ask the registries of --registries whether each image exists'),
    today,
    precedenceSetting,
    ...policySettings,
  ])
    .argument('<file...>', 'catalogs, ConfigMaps or rendered manifests; - is standard input')
    .action(async (files, options) =>
      finish(await (await import('./lint/lint.ts')).lint(files, options, io)),
    );

  verb(program, 'check', 'report what files of tools ask for', [
    new Setting(
      '--catalog <source>',
      'the catalog: a file, or the address of a site (default: that of the cluster)',
    ),
    ...clusterAccessSettings,
    formatOption(lintFormats),
    new Option('--strict', 'exit 1 for warnings, too'),
    new Option('--fix', 'write names in the place of aliases and old URLs'),
    new Option('--fix=deprecated', 'write the replacements of deprecated images, too'),
    new Option('--dry-run', 'print the changes of --fix as a patch instead'),
    today,
    precedenceSetting,
    deprecationUrlSetting,
    ...policySettings,
  ])
    .argument('<path...>', 'files of tools, or directories that hold some; - is standard input')
    .action(async (paths, options) =>
      finish(await (await import('./check/check.ts')).check(paths, options, io)),
    );

  verb(program, 'resolve', 'look up names and image URLs in the catalog', [
    catalogSetting,
    new Option('--variant <variant>', 'client that gets the image (default: any other client)').choices([
      'jobs-framework',
      'webservice',
    ]),
    formatOption(resolveFormats),
    today,
    precedenceSetting,
    ...policySettings,
  ])
    .argument('<name...>', 'names, aliases or image URLs')
    .action(async (names, options) =>
      finish(await (await import('./resolve/resolve.ts')).resolve(names, options, io)),
    );

  verb(program, 'list', 'list the names that users should see', [
    catalogSetting,
    new Option('--all', 'include deprecated names'),
    formatOption(listFormats),
    today,
    ...policySettings,
  ]).action(async (options) => finish(await (await import('./list/list.ts')).list(options, io)));

  verb(program, 'diff', 'describe an edit in words', [
    formatOption(diffFormats),
    today,
    precedenceSetting,
    ...policySettings,
  ])
    .argument('<old>', 'the current catalog; - is standard input')
    .argument('<new>', 'the edited catalog; - is standard input')
    .action(async (before, after, options) =>
      finish(await (await import('./diff/diff.ts')).diff(before, after, options, io)),
    );

  verb(program, 'review', 'answer a recorded AdmissionReview offline', [
    catalogSetting,
    formatOption(reviewFormats),
    today,
    precedenceSetting,
    pastRemovalSetting,
    registryAdmissionSetting,
    deprecationUrlSetting,
    ...policySettings,
  ])
    .argument('<file>', 'the review as JSON, or the answer to one; - is standard input')
    .action(async (file, options) =>
      finish(await (await import('./review/review.ts')).review(file, options, io)),
    );

  verb(program, 'audit', 'list workloads with deprecated, removed or unknown images', [
    ...clusterAccessSettings,
    new Setting('--catalog <file>', 'catalog to audit against (default: that of the cluster)'),
    new Option('-n, --namespace <name>', 'audit one tool, with rights in its namespace only').argParser(
      kubernetesName,
    ),
    toolSelectorSetting,
    podsByUrlSetting,
    new Option('--edit <new>', 'report the effects of this edited catalog on workloads; - is standard input'),
    new Option('--history [namespace]', 'print the history of use that serve keeps in this namespace instead')
      .preset(ownName)
      .argParser(kubernetesName)
      .conflicts(['edit', 'all', 'namespace', 'strict']),
    new Option('--all', 'include workloads without findings').conflicts('edit'),
    new Option('--strict', 'exit 1 for findings, too'),
    formatOption(auditFormats),
    today,
    precedenceSetting,
    deprecationUrlSetting,
    ...policySettings,
  ]).action(async (options) => finish(await (await import('./audit/audit.ts')).audit(options, io)));

  verb(
    program,
    'notice',
    'write to tools on deprecated images, without sending anything',
    noticeOptions,
  ).action(async (options) => finish(await (await import('./notice/notice.ts')).notice(options, io)));

  verb(program, 'explain', 'explain a problem and how to fix it', [])
    .argument('[code]', 'code of a problem; without one, explain lists all codes')
    .action(async (code) => finish(await (await import('./explain/explain.ts')).explain(code, io)));

  verb(program, 'certs', 'make a CA and a serving certificate for development', [
    new Option('--dir <dir>', 'directory to write to').default('certs'),
    new Option('--host <names...>', 'host names and IP addresses').default(
      ['localhost', '127.0.0.1', '::1'],
      'localhost 127.0.0.1 ::1',
    ),
    new Option('--force', 'overwrite existing files'),
  ]).action(async (options) => finish(await (await import('./certs/certs.ts')).certs(options)));

  return program;
}

function verb(program: Command, name: string, description: string, options: readonly Option[]): Command {
  const command = program.command(name).description(description);
  for (const option of options) command.addOption(option);
  return command.addHelpText('after', variablesOf(options));
}

/** `--format`, with the rows of a verb's table of formats as its choices; the first is the default. */
function formatOption(formats: Readonly<Record<string, object>>): Option {
  const names = Object.keys(formats);
  return new Option('--format <format>', 'output format').choices(names).default(names[0]);
}

const today = new Option(
  '--today <date>',
  'date to check removal dates against, YYYY-MM-DD (default: today, UTC)',
).argParser(date);
