import manifest from '../../package.json' with { type: 'json' };

export const PROGRAM = 'image-config-admission';

export const version: string = manifest.version;
