import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { expect, inject, it } from 'vitest';
import { openApi } from '../../src/site/openapi.ts';
import { useNotKnown } from '../../src/site/use.ts';
import { populatedSite } from '../support/population.ts';
import { useSite } from '../support/use-site.ts';

const populated = populatedSite({ tools: 60, workloads: 200 });

const sites = [
  ['whose use is known', useSite(populated)],
  ['whose use is not known', useSite({ ...populated, use: useNotKnown })],
] as const;

it.each(sites)('schemathesis finds nothing in the API of a site %s', async (_, origin) => {
  const { exitCode, output } = await schemathesis(`${origin()}/openapi.json`);
  expect(exitCode, output).toBe(0);
  // It leaves out the path from which it loads the description.
  expect(output).toContain(`Tested: ${Object.keys(openApi.paths).length - 1}\n`);
});

/** Valid and invalid requests after a description, the same in each run. */
function schemathesis(url: string): Promise<{ readonly exitCode: unknown; readonly output: string }> {
  const argv = [
    ...['run', url, '--generation-deterministic', '--phases', 'examples,coverage,fuzzing'],
    ...['--max-examples', '50', '--no-color'],
  ];
  // It leaves files of a failure in its directory.
  const options = { cwd: tmpdir(), maxBuffer: 16 * 1024 * 1024 };
  return new Promise((resolve) => {
    execFile(inject('schemathesis'), argv, options, (error, stdout, stderr) =>
      resolve({ exitCode: error ? error.code : 0, output: stdout + stderr }),
    );
  });
}
