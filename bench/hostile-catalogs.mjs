// Prints the CPU time of checking hostile catalogs of the largest size allowed, garbage collection included, slowest
// first. It starts cold, so the first few of a kind include compilation.
import { defaultPolicy, hostileCatalogs, loadCatalog, report } from './engine.mjs';

const rows = hostileCatalogs.map(({ title, text }) => {
  const start = process.cpuUsage();
  const { problems } = loadCatalog(text, defaultPolicy, '2026-11-22');
  const { errors, warnings } = report(problems);
  const { user, system } = process.cpuUsage(start);
  return { title, milliseconds: Math.round((user + system) / 1000), errors, warnings };
});
rows.sort((a, b) => b.milliseconds - a.milliseconds);
console.log('  cpu ms   errors  warnings');
for (const { title, milliseconds, errors, warnings } of rows) {
  console.log(
    [milliseconds, errors, warnings].map((value) => String(value).padStart(8)).join(' '),
    ` ${title}`,
  );
}
