import { spawnSync } from 'node:child_process';
import { cpSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { pathOf } from '../manifests/manifests.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { run } from './control-plane/command.ts';
import { attachControlPlane } from './control-plane.ts';
import { apiOf } from './support/api.ts';
import { CONFIG_MAPS, configMap, GOOD } from './support/catalog.ts';
import { cleanUp, type Installed, install } from './support/installed.ts';

/*
 * The functional tests of manifests/toolforge, run by bats against the shipped manifests. toolforge-deploy has its own
 * global-common.bash, which needs a host of Toolforge; here one of ours takes its place.
 */

const controlPlane = attachControlPlane(inject('site'));
const api = apiOf(controlPlane);
const TOOL = 'tool-functional';
const COMMON = `_global_setup() {
    bats_load_library bats-support
    bats_load_library bats-assert
}
_global_teardown() { :; }
`;

function hasBats(): boolean {
  if (spawnSync('bats', ['--version']).status === 0) return true;
  if (process.env.CI) throw new Error('there is no bats: apt-get install bats bats-assert bats-support');
  console.warn('The functional tests are skipped: apt-get install bats bats-assert bats-support');
  return false;
}

let installed: Installed;
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;

describe.skipIf(!hasBats())('the functional tests of Toolforge', () => {
  beforeAll(async () => {
    directory = await temporaryDirectory();
    cpSync(pathOf('manifests/toolforge/functional-tests'), directory.path, { recursive: true });
    writeFileSync(join(directory.path, 'global-common.bash'), COMMON);
    installed = await install(controlPlane, { before: () => api.create(CONFIG_MAPS, configMap(GOOD)) });
    await api.createNamespace(TOOL, { tenancy: 'tool' });
    await controlPlane.kubectl(['config', 'set-context', '--current', `--namespace=${TOOL}`]);
  });

  afterAll(async () => {
    await controlPlane.kubectl(['config', 'set-context', '--current', '--namespace=default']);
    await cleanUp(controlPlane, installed, TOOL);
    await directory?.[Symbol.asyncDispose]();
  });

  it.each(['tools', 'admin'])('pass: %s', async (folder) => {
    const { code, stdout, stderr } = await run('bats', ['--recursive', join(directory.path, folder)], {
      stdin: '',
      env: {
        // A name alone is found in PATH.
        PATH: `${dirname(controlPlane.site.programs.kubectl)}:${process.env.PATH}`,
        HOME: directory.path,
        KUBECONFIG: controlPlane.kubeconfig,
        BATS_LIB_PATH: '/usr/lib/bats',
      },
    });
    expect(code, stdout + stderr).toBe(0);
    expect(stdout).toMatch(/ok 1 /);
    expect(stdout).not.toContain('# skip');
  });
});
