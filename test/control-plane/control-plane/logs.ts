import { readFileSync } from 'node:fs';
import { logPath } from './process.ts';
import type { ServerName } from './servers.ts';
import type { Site } from './site.ts';

export const readLog = (site: Site, name: ServerName) => readFileSync(logPath(site, name), 'utf8');

/** The end of a server's log, for the message of a test that fails. */
export const tailOfLog = (site: Site, name: ServerName, lines = 30) =>
  readLog(site, name).trimEnd().split('\n').slice(-lines).join('\n');
