import type { Metafile } from 'esbuild';

export declare function bundleInto(outdir: string): Promise<Metafile>;
