import { Command, Option } from 'commander';
import { auditFormats } from './audit/formats.ts';
import type { CommandResult } from './command-result.ts';
import { diffFormats } from './diff/formats.ts';
import type { Io } from './io.ts';
import { lintFormats } from './lint/formats.ts';
import { listFormats } from './list/formats.ts';
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
  toolSelectorSetting,
} from './options/shared.ts';
import { acknowledgementList, date, kubernetesName } from './options/values.ts';
import { printableLines } from './output/terminal-safe.ts';
import { resolveFormats } from './resolve/formats.ts';
import { reviewFormats } from './review/formats.ts';
import { type ServeOptions, serveOptions, serveSettings } from './serve/options.ts';
import { PROGRAM, version } from './version.ts';

const EXIT_CODES = `
Exit codes: 0 fine, warnings included; 1 problems found or a name unknown; 2 wrong usage or unreadable input.`;

const VARIABLES = `
Every option is an environment variable, too: --tls-port is IMAGE_CONFIG_TLS_PORT. The command line wins.`;

/** Which options of a verb are environment variables, too. */
function variablesOf(options: readonly Option[]): string {
  const settings = options.filter((option) => option instanceof Setting);
  const [first] = settings;
  if (!first) return '';
  if (settings.length === options.length) return VARIABLES;
  return `
Environment variables, too (${first.long} is ${first.variable}; the command line wins):
${settings.map(({ long }) => long).join(', ')}`;
}

/**
 * All verbs with their arguments and options. What a verb needs is loaded when it runs: `lint` never loads a server,
 * and of those that run once only `audit` loads what speaks to a cluster, and only `certs` the maker of certificates.
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

  verb(program, 'lint', 'say what is wrong with catalogs', [
    new Option('--against <old>', 'also judge the change from this catalog'),
    new Option(
      '--acknowledge <list>',
      'losses that are meant: names, reader:webservice, reader:jobs-api, host:OLD, immutable',
    ).argParser(acknowledgementList),
    formatOption(lintFormats),
    new Option('--strict', 'exit 1 for warnings that are not acknowledged, too'),
    today,
    precedenceSetting,
    ...policySettings,
  ])
    .argument('<file...>', 'catalogs, ConfigMaps or rendered manifests; - is standard input')
    .action(async (files, options) =>
      finish(await (await import('./lint/lint.ts')).lint(files, options, io)),
    );

  verb(program, 'resolve', 'say what names and URLs are to the catalog', [
    catalogSetting,
    new Option('--variant <variant>', 'who asks (default: anybody)').choices([
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
    new Option('--all', 'deprecated ones, too'),
    formatOption(listFormats),
    today,
    ...policySettings,
  ]).action(async (options) => finish(await (await import('./list/list.ts')).list(options, io)));

  verb(program, 'diff', 'say in words what an edit means', [
    formatOption(diffFormats),
    today,
    precedenceSetting,
    ...policySettings,
  ])
    .argument('<old>', 'the catalog as it is; - is standard input')
    .argument('<new>', 'the catalog as it would be')
    .action(async (before, after, options) =>
      finish(await (await import('./diff/diff.ts')).diff(before, after, options, io)),
    );

  verb(program, 'review', 'answer a recorded AdmissionReview offline', [
    catalogSetting,
    formatOption(reviewFormats),
    today,
    precedenceSetting,
    pastRemovalSetting,
    deprecationUrlSetting,
    ...policySettings,
  ])
    .argument('<file>', 'the review as JSON; - is standard input')
    .action(async (file, options) =>
      finish(await (await import('./review/review.ts')).review(file, options, io)),
    );

  verb(program, 'audit', 'say who uses deprecated, removed and unknown images in a cluster', [
    ...clusterAccessSettings,
    new Setting('--catalog <file>', 'catalog to judge by (default: the one of the cluster)'),
    new Option('-n, --namespace <name>', 'one tool alone, by rights in its namespace').argParser(
      kubernetesName,
    ),
    toolSelectorSetting,
    podsByUrlSetting,
    new Option('--edit <new>', 'say what this catalog would do to whom; - is standard input'),
    new Option('--all', 'what is as it should be, too').conflicts('edit'),
    new Option('--strict', 'exit 1 for findings, too'),
    formatOption(auditFormats),
    today,
    precedenceSetting,
    deprecationUrlSetting,
    ...policySettings,
  ]).action(async (options) => finish(await (await import('./audit/audit.ts')).audit(options, io)));

  verb(program, 'explain', 'say what a problem means and how to fix it', [])
    .argument('[code]', 'code of a problem; without it, all of them are listed')
    .action(async (code) => finish(await (await import('./explain/explain.ts')).explain(code, io)));

  verb(program, 'certs', 'make a CA and a serving pair for development', [
    new Option('--dir <dir>', 'where to write them').default('certs'),
    new Option('--host <names...>', 'host names and IP addresses').default(
      ['localhost', '127.0.0.1', '::1'],
      'localhost 127.0.0.1 ::1',
    ),
    new Option('--force', 'overwrite a pair that is there'),
  ]).action(async (options) => finish(await (await import('./certs/certs.ts')).certs(options)));

  return program;
}

function verb(program: Command, name: string, description: string, options: readonly Option[]): Command {
  const command = program.command(name).description(description);
  for (const option of options) command.addOption(option);
  return command.addHelpText('after', variablesOf(options));
}

/** The rows of a verb's table of formats are the choices; the first is the default. */
function formatOption(formats: Readonly<Record<string, unknown>>): Option {
  const names = Object.keys(formats);
  return new Option('--format <format>', 'how to print it').choices(names).default(names[0]);
}

const today = new Option('--today <date>', 'the day to judge by (default: today, UTC)').argParser(date);
