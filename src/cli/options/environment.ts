import type { Command } from 'commander';
import { nearest } from '../../catalog/did-you-mean.ts';
import { UsageError } from '../command-result.ts';
import type { Io } from '../io.ts';
import { Setting, VARIABLE_PREFIX } from './setting.ts';

const settingsOf = (command: Command): Setting[] =>
  command.options.filter((option) => option instanceof Setting);

/** Takes options that the command line does not set from the environment. An empty variable counts as unset. */
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

/** Throws `UsageError` for a misspelt variable, which would leave a default in force without notice. */
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
 * image-config-admission, or image-config-tls, those names begin like our settings: IMAGE_CONFIG_ADMISSION_SERVICE_HOST,
 * …_SERVICE_PORT, …_SERVICE_PORT_HTTPS, …_PORT=tcp://10.96.7.1:443, …_PORT_443_TCP, …_PORT_443_TCP_ADDR and the like.
 * Kubernetes sets them, so they are neither misspelt nor settings.
 */
function isServiceLink(variable: string, text: string): boolean {
  if (/_SERVICE_(HOST$|PORT$|PORT_[A-Z0-9])/.test(variable)) return true;
  if (/_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/.test(variable)) return true;
  return variable.endsWith('_PORT') && /^(tcp|udp|sctp):\/\//.test(text);
}
