// Asks the registry for advisories on the packages that production needs: `node scripts/audit-dependencies.mjs`.
// It fails where the answer has one of high or critical severity. Not every registry, mirror or proxy answers: then it
// says so and passes, since a build that is right must not depend on that; docs/security.md has the review by hand.
import { spawnSync } from 'node:child_process';

const FAILING = ['high', 'critical'];

// npm would try three times, five minutes each.
const COMMAND = ['audit', '--omit=dev', '--json', '--fetch-retries=0', '--fetch-timeout=60000'];

const { stdout, stderr, error } = spawnSync('npm', COMMAND, {
  encoding: 'utf8',
  maxBuffer: 64 * 1024 * 1024,
});
if (error) throw error;
if (!stdout) throw new Error(`npm audit answered nothing: ${stderr}`);
const answer = JSON.parse(stdout);

if (answer.auditReportVersion) tellFindings(Object.values(answer.vulnerabilities));
else if (answer.error?.code) refuse(answer.error);
else tellSilence(answer.message);

function tellFindings(packages) {
  // What merely depends on such a package is listed, too, with names instead of advisories.
  const advisories = packages.flatMap(({ via }) => via.filter((cause) => typeof cause === 'object'));
  for (const { name, range, severity, title, url } of advisories)
    console.log(`${severity}: ${name} ${range}: ${title} (${url})`);
  const failing = advisories.filter(({ severity }) => FAILING.includes(severity)).length;
  console.log(
    `advisories on production dependencies: ${advisories.length}, ${FAILING.join(' or ')} of them: ${failing}`,
  );
  if (failing > 0) process.exitCode = 1;
}

/** npm could not even ask: that is ours to fix. */
function refuse({ code, summary }) {
  console.error(`npm audit failed: ${code}: ${summary}`);
  process.exitCode = 2;
}

/** The address stays out of logs: it may have a user and a password in it. */
function tellSilence(message) {
  const reason = message.replace(/\bhttps?:\/\/[^\s/]+/g, '…');
  console.log(`no advisories were looked up, since the registry does not answer npm audit: ${reason}`);
}
