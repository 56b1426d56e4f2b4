import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const SCRIPT = fileURLToPath(new URL('build-image.sh', import.meta.url));
const IMAGE = 'localhost/image-config-admission';

/** Twice the time of a first build on two busy cores. */
const HANGS_SECONDS = 900;

export interface BuiltImage extends AsyncDisposable {
  readonly config: ImageConfig;
  readonly base: LayerSize;
  readonly own: LayerSize;
  /** The paths that the image adds to its base. A folder ends with a slash, and `.wh.NAME` is a removed file. */
  readonly added: readonly string[];
  /** The root file system of a container on this machine. */
  readonly root: string;
}

/** The execution parameters of OCI that the Dockerfile sets. */
interface ImageConfig {
  readonly User: string;
  readonly ExposedPorts: Readonly<Record<string, object>>;
  readonly Env: readonly string[];
  readonly Entrypoint: readonly string[];
  readonly Cmd: readonly string[];
  readonly WorkingDir: string;
}

/** Sizes in bytes. */
interface LayerSize {
  readonly unpacked: number;
  readonly compressed: number;
}

/** Builds the image. Disposing removes it and all files of the build. */
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

  // The archive that a registry would get.
  const pushed = join(storage, 'pushed');
  await buildah('push', '--quiet', IMAGE, `oci:${pushed}`);
  const blob = ({ digest }: Layer): string => join(pushed, 'blobs', digest.replace(':', '/'));
  const index = JSON.parse(await readFile(join(pushed, 'index.json'), 'utf8'));
  const compressed: readonly Layer[] = JSON.parse(await readFile(blob(index.manifests[0]), 'utf8')).layers;

  // buildah makes one layer of a stage. The layers before belong to the base.
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

/** The output of a command. The error of a failed one has its messages. */
const output = async (program: string, ...args: readonly string[]): Promise<string> =>
  (await promisify(execFile)(program, args, { maxBuffer: 64 * 1024 * 1024 })).stdout;
