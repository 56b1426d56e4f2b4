import { accessSync, constants, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Path of helm 3, or undefined: HELM, or else helm in KUBEBUILDER_ASSETS, in PATH, or in the user's cache, where
 * test/control-plane/build-control-plane.sh builds it.
 */
export function findHelm(env = process.env) {
  if (env.HELM) return env.HELM;
  const cache = join(
    env.XDG_CACHE_HOME || join(homedir(), '.cache'),
    'image-config-admission',
    'control-plane',
  );
  const directories = [
    env.KUBEBUILDER_ASSETS ?? '',
    ...(env.PATH ?? '').split(delimiter),
    ...foldersOf(cache).sort(),
  ];
  return directories
    .filter((directory) => directory !== '')
    .map((directory) => join(directory, 'helm'))
    .find(isProgram);
}

export const NO_HELM =
  'there is no helm: set HELM to its path, put it into PATH, or build it with test/control-plane/build-control-plane.sh';

/** @param {string} directory */
function foldersOf(directory) {
  try {
    return readdirSync(directory).map((name) => join(directory, name));
  } catch {
    return [];
  }
}

/** @param {string} path */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

// As a program it prints the path, for scripts in other languages.
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const helm = findHelm();
  if (helm === undefined) {
    console.error(NO_HELM);
    process.exitCode = 1;
  } else {
    console.log(helm);
  }
}
