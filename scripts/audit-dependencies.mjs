// Looks up advisories on production dependencies: `node scripts/audit-dependencies.mjs`. It fails on one of high or critical
// severity. Not every registry, mirror or proxy answers. Without an answer it prints a message and passes, since a good build
// must not depend on a registry; docs/security.md describes the review by hand.
import { spawnSync } from 'node:child_process';

const FAILING = ['high', 'critical'];

// By default npm tries three times, five minutes each.
const COMMAND = ['audit', '--omit=dev', '--json', '--fetch-retries=0', '--fetch-timeout=60000'];

const { stdout, stderr, error } = spawnSync('npm', COMMAND, {
  encoding: 'utf8',
  maxBuffer: 64 * 1024 * 1024,
});
if (error) throw error;
if (!stdout) throw new Error(`npm audit answered nothing: ${stderr}`);
const answer = JSON.parse(stdout);

if (answer.auditReportVersion) printAdvisories(Object.values(answer.vulnerabilities));
else if (answer.error?.code) printFailure(answer.error);
else printNoAnswer(answer.message);

/**
 * @typedef {{name: string, range: string, severity: string, title: string, url: string}} Advisory
 * @param {readonly {via: readonly (Advisory | string)[]}[]} packages
 */
function printAdvisories(packages) {
  // npm also lists packages that only depend on an affected one, with names instead of advisories.
  const advisories = packages.flatMap(({ via }) => via.filter((cause) => typeof cause === 'object'));
  for (const { name, range, severity, title, url } of advisories)
    console.log(`${severity}: ${name} ${range}: ${title} (${url})`);
  const failing = advisories.filter(({ severity }) => FAILING.includes(severity)).length;
  console.log(
    `advisories on production dependencies: ${advisories.length}, ${FAILING.join(' or ')} of them: ${failing}`,
  );
  if (failing > 0) process.exitCode = 1;
}

/**
 * npm could not send the request, which is a fault of the set-up.
 *
 * @param {{code: string, summary: string}} error
 */
function printFailure({ code, summary }) {
  console.error(`npm audit failed: ${code}: ${summary}`);
  process.exitCode = 2;
}

/**
 * Prints no address: it may contain a user and a password.
 *
 * @param {string} message
 */
function printNoAnswer(message) {
  const reason = message.replace(/\bhttps?:\/\/[^\s/]+/g, '…');
  console.log(`no advisories were looked up, since the registry does not answer npm audit: ${reason}`);
}
