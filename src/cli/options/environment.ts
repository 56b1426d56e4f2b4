import type { Command } from 'commander';
import { nearest } from '../../catalog/did-you-mean.ts';
import { UsageError } from '../command-result.ts';
import type { Io } from '../io.ts';
import { Setting, VARIABLE_PREFIX } from './setting.ts';

const settingsOf = (command: Command): Setting[] =>
  command.options.filter((option) => option instanceof Setting);

/** Fills what the command line left open from the environment. An empty variable counts as none. */
export function fillFromEnvironment(command: Command, env: Io['env']): void {
  for (const setting of settingsOf(command)) {
    const text = env[setting.variable];
    const key = setting.attributeName();
    if (!text || isServiceLink(setting.variable, text) || command.getOptionValueSource(key) === 'cli')
      continue;
    command.setOptionValueWithSource(key, read(setting, text), 'env');
  }
}

function read(setting: Setting, text: string): unknown {
  try {
    return setting.read(text);
  } catch (error) {
    const expected = error instanceof Error ? error.message : '';
    throw new UsageError(`environment variable ${setting.variable}='${text}' is invalid. ${expected}`, {
      cause: error,
    });
  }
}

/** A misspelt variable would leave its default in force, and nobody would hear of it. */
export function refuseUnknownVariables(command: Command, env: Io['env']): void {
  const known = settingsOf(command).map(({ variable }) => variable);
  for (const [variable, text = ''] of Object.entries(env)) {
    if (!variable.startsWith(VARIABLE_PREFIX) || known.includes(variable)) continue;
    if (isServiceLink(variable, text)) continue;
    const meant = nearest(variable, known);
    throw new UsageError(
      `unknown environment variable ${variable}; see serve --help${meant ? `\n(Did you mean ${meant}?)` : ''}`,
    );
  }
}

/**
 * Kubernetes puts the address of every Service of the namespace into each container that starts after it
 * (https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables). For a Service named
 * image-config-admission, or image-config-tls, those names begin like ours: IMAGE_CONFIG_ADMISSION_SERVICE_HOST,
 * …_SERVICE_PORT, …_SERVICE_PORT_HTTPS, …_PORT=tcp://10.96.7.1:443, …_PORT_443_TCP, …_PORT_443_TCP_ADDR and the like.
 * Nobody set them, so they are neither misspelt nor values of ours.
 */
function isServiceLink(variable: string, text: string): boolean {
  if (/_SERVICE_(HOST$|PORT$|PORT_[A-Z0-9])/.test(variable)) return true;
  if (/_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/.test(variable)) return true;
  return variable.endsWith('_PORT') && /^(tcp|udp|sctp):\/\//.test(text);
}
