import { cp, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { bundleInto } from '../../scripts/bundle.mjs';
import { temporaryDirectory } from '../support/temporary.ts';
import { labelOf } from './lock-file.ts';

export interface Bundle extends AsyncDisposable {
  /** A directory with package.json, package-lock.json and the bundle in dist/, without installed packages. */
  readonly directory: string;
  /** `name@1.2.3` of the packages in the bundle, as the bundler reports them and as they are installed. */
  readonly inlined: ReadonlySet<string>;
}

/** Builds the bundle of `npm run build` outside dist/, since another build may run there. */
export async function bundle(): Promise<Bundle> {
  const { path: directory, [Symbol.asyncDispose]: remove } = await temporaryDirectory();
  const metafile = await bundleInto(join(directory, 'dist'));
  for (const file of ['package.json', 'package-lock.json']) await cp(file, join(directory, file));
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.keys(output.inputs));
  const roots = new Set(inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input) ?? []));
  const inlined = await Promise.all(
    [...roots].map(async (root) =>
      labelOf(JSON.parse(await readFile(resolve(root, 'package.json'), 'utf8'))),
    ),
  );
  return { directory, inlined: new Set(inlined), [Symbol.asyncDispose]: remove };
}
