import { Command } from 'commander';
import { fillFromEnvironment, refuseUnknownVariables } from '../../src/cli/options/environment.ts';
import { type ServeOptions, serveOptions, serveSettings } from '../../src/cli/serve/options.ts';
import type { ServeSettings } from '../../src/settings.ts';

/** The settings that `serve` derives from these arguments and variables. */
export function settingsFrom(argv: readonly string[], env: Record<string, string> = {}): ServeSettings {
  const command = new Command('serve').exitOverride().configureOutput({ writeErr: () => {} });
  for (const option of serveOptions) command.addOption(option);
  command.parse([...argv], { from: 'user' });
  fillFromEnvironment(command, env);
  refuseUnknownVariables(command, env);
  return serveSettings(command.opts<ServeOptions>());
}
