import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export type ProgramName = 'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kubectl' | 'helm';

/** The path of each program, or its name where PATH has it. */
export type Programs = Readonly<Record<ProgramName, string>>;

/** Finds the programs, and first builds missing ones: that takes minutes, and prints its progress to standard error. */
export async function findPrograms(): Promise<Programs> {
  const script = fileURLToPath(new URL('../build-control-plane.sh', import.meta.url));
  const build = spawn('bash', [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(build, 'exit');
  const printed = await text(build.stdout);
  const [code] = await exit;
  if (code !== 0)
    throw new Error('There is no test control plane: build-control-plane.sh failed; its message is above.');

  const directory = printed.trimEnd();
  return {
    etcd: join(directory, 'etcd'),
    'kube-apiserver': join(directory, 'kube-apiserver'),
    'kube-controller-manager': join(directory, 'kube-controller-manager'),
    kubectl: inDirectoryOrPath(directory, 'kubectl'),
    helm: process.env.HELM || inDirectoryOrPath(directory, 'helm'),
  };
}

const inDirectoryOrPath = (directory: string, name: string) =>
  existsSync(join(directory, name)) ? join(directory, name) : name;
