// Bundles src/ and its dependencies into dist/, with the licences of the dependencies.
import { chmod, rm, writeFile } from 'node:fs/promises';
import { bundleInto } from './bundle.mjs';
import { thirdPartyLicenses } from './third-party-licenses.mjs';

await rm('dist', { recursive: true, force: true });
const metafile = await bundleInto('dist');
await writeFile('dist/THIRD-PARTY-LICENSES.txt', thirdPartyLicenses(metafile));
await chmod('dist/main.js', 0o755);
