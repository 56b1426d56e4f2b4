import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const SCRIPT = fileURLToPath(new URL('build-image.sh', import.meta.url));
const IMAGE = 'localhost/image-config-admission';

/** Twice what a first build took on two busy cores. */
const HANGS_SECONDS = 900;

export interface BuiltImage extends AsyncDisposable {
  readonly config: ImageConfig;
  readonly base: LayerSize;
  readonly own: LayerSize;
  /** What the image has over its base: files, folders with a slash at the end, and `.wh.NAME` for what it has no longer. */
  readonly added: readonly string[];
  /** A container's root file system on this machine. */
  readonly root: string;
}

/** OCI's execution parameters, as far as the Dockerfile sets them. */
interface ImageConfig {
  readonly User: string;
  readonly ExposedPorts: Readonly<Record<string, object>>;
  readonly Env: readonly string[];
  readonly Entrypoint: readonly string[];
  readonly Cmd: readonly string[];
  readonly WorkingDir: string;
}

/** In bytes. */
interface LayerSize {
  readonly unpacked: number;
  readonly compressed: number;
}

/** Builds the image; disposing removes it with all that the build left. */
export async function buildImage(): Promise<BuiltImage> {
  const printed = await output('timeout', '--kill-after=30', `${HANGS_SECONDS}`, SCRIPT);
  const storage = printed.trim().split('\n').at(-1) ?? '';
  const remove = (): Promise<void> => rm(storage, { recursive: true, force: true });
  try {
    return { ...(await inspect(storage)), [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function inspect(storage: string): Promise<Omit<BuiltImage, keyof AsyncDisposable>> {
  const buildah = (...args: readonly string[]): Promise<string> =>
    output(
      'buildah',
      ...['--storage-driver', 'vfs', '--root', join(storage, 'root'), '--runroot', join(storage, 'run')],
      ...args,
    );
  const { OCIv1, Manifest } = JSON.parse(await buildah('inspect', '--type', 'image', IMAGE));
  const unpacked: readonly Layer[] = JSON.parse(Manifest).layers;

  // As a registry would get it.
  const pushed = join(storage, 'pushed');
  await buildah('push', '--quiet', IMAGE, `oci:${pushed}`);
  const blob = ({ digest }: Layer): string => join(pushed, 'blobs', digest.replace(':', '/'));
  const index = JSON.parse(await readFile(join(pushed, 'index.json'), 'utf8'));
  const compressed: readonly Layer[] = JSON.parse(await readFile(blob(index.manifests[0]), 'utf8')).layers;

  // buildah makes one layer of a stage; those before are the base's.
  const own = compressed.at(-1);
  if (own === undefined) throw new Error('the image has no layers');
  const container = (await buildah('from', IMAGE)).trim();
  return {
    config: OCIv1.config,
    base: { unpacked: total(unpacked.slice(0, -1)), compressed: total(compressed.slice(0, -1)) },
    own: { unpacked: total(unpacked.slice(-1)), compressed: own.size },
    added: (await output('tar', '--list', '--gzip', '--file', blob(own))).trim().split('\n'),
    root: (await buildah('mount', container)).trim(),
  };
}

interface Layer {
  readonly digest: string;
  readonly size: number;
}

const total = (layers: readonly Layer[]): number => layers.reduce((sum, { size }) => sum + size, 0);

/** What a command prints. Where it fails, the error has what it said. */
const output = async (program: string, ...args: readonly string[]): Promise<string> =>
  (await promisify(execFile)(program, args, { maxBuffer: 64 * 1024 * 1024 })).stdout;
