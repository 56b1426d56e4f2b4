// Bundles src/ into dist/; dependencies are inlined, licences kept beside them.
import { chmod, rm, writeFile } from 'node:fs/promises';
import { bundleInto } from './bundle.mjs';
import { thirdPartyLicenses } from './third-party-licenses.mjs';

await rm('dist', { recursive: true, force: true });
const metafile = await bundleInto('dist');
await writeFile('dist/THIRD-PARTY-LICENSES.txt', thirdPartyLicenses(metafile));
await chmod('dist/main.js', 0o755);
