import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Paths of the CustomResourceDefinitions that the chart uses, from cert-manager's own Go module: its images cannot run here. */
export function certManagerCrds(): string[] {
  const module = fileURLToPath(new URL('../tools/cert-manager', import.meta.url));
  const found = execFileSync('go', ['mod', 'download', '-json', 'github.com/cert-manager/cert-manager'], {
    cwd: module,
    env: { ...process.env, GOFLAGS: '', GOWORK: 'off' },
    encoding: 'utf8',
  });
  const { Dir: directory }: { Dir: string } = JSON.parse(found);
  return ['certificates', 'issuers'].map((name) =>
    join(directory, 'deploy', 'crds', `cert-manager.io_${name}.yaml`),
  );
}
