import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AttachedControlPlane, attachControlPlane } from './control-plane/attach.ts';
import { writeCredentials } from './control-plane/credentials.ts';
import { freePorts } from './control-plane/ports.ts';
import { findPrograms, type Programs } from './control-plane/programs.ts';
import { startAndAwait } from './control-plane/readiness.ts';
import { auditPolicy } from './control-plane/servers.ts';
import { type Site, writeKubeconfig } from './control-plane/site.ts';

export { type AttachedControlPlane, attachControlPlane };

export interface ControlPlaneOptions {
  /** Default: found by build-control-plane.sh, which builds missing ones. */
  readonly programs?: Programs;
  /** Without the controllers no Job gets Pods, and no namespace its ServiceAccount `default`. Default: true. */
  readonly controllerManager?: boolean;
  /** The API server calls a Service's webhook at the addresses in its EndpointSlices. Default: false. */
  readonly aggregatorRouting?: boolean;
  /** Records every call for `auditedCalls`. Default: false. */
  readonly audit?: boolean;
  /** Override the flags in servers.ts. */
  readonly apiServerFlags?: readonly string[];
  readonly controllerManagerFlags?: readonly string[];
  /** For logs that should outlive the control plane. Default: its temporary directory. */
  readonly logDirectory?: string;
}

export interface ControlPlane extends AttachedControlPlane {
  /** Kills every server and removes all files. */
  stop(): Promise<void>;
}

/** Starts a real Kubernetes control plane with its own data: etcd, the API server and the controllers, on free loopback ports. */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const programs = options.programs ?? (await findPrograms());
  const directory = mkdtempSync(join(tmpdir(), 'test-control-plane-'));
  const stop = startWatchdog(directory);
  try {
    const site = await prepareSite(directory, programs, options);
    await startAndAwait(site, 'etcd');
    await startAndAwait(site, 'kube-apiserver');
    if (site.controllerManager) await startAndAwait(site, 'kube-controller-manager');
    return { ...attachControlPlane(site), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Ties the directory, and every server that is started in it, to this process. The returned function ends them earlier. */
function startWatchdog(directory: string): () => Promise<void> {
  const script = fileURLToPath(new URL('control-plane/watchdog.sh', import.meta.url));
  const watchdog = spawn('sh', [script, directory], { detached: true, stdio: ['pipe', 'ignore', 'inherit'] });
  const exited = once(watchdog, 'exit');
  watchdog.unref();
  return async () => {
    watchdog.ref();
    watchdog.stdin.end();
    await exited;
  };
}

async function prepareSite(
  directory: string,
  programs: Programs,
  options: ControlPlaneOptions,
): Promise<Site> {
  const [apiServer = 0, etcd = 0, etcdPeer = 0] = await freePorts(3);
  const site: Site = {
    ...(await writeCredentials(directory)),
    directory,
    logDirectory: options.logDirectory ?? directory,
    programs,
    ports: { apiServer, etcd, etcdPeer },
    controllerManager: options.controllerManager ?? true,
    aggregatorRouting: options.aggregatorRouting ?? false,
    audit: options.audit ?? false,
    apiServerFlags: options.apiServerFlags ?? [],
    controllerManagerFlags: options.controllerManagerFlags ?? [],
  };
  mkdirSync(site.logDirectory, { recursive: true });
  writeFileSync(join(directory, 'audit-policy.json'), JSON.stringify(auditPolicy));
  writeKubeconfig(site, 'admin', site.adminToken);
  writeKubeconfig(site, 'controller-manager', site.controllerManagerToken);
  return site;
}
