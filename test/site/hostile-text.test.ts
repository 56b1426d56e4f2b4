import { describe, expect, it } from 'vitest';
import { siteFrom } from '../../src/site/answer.ts';
import { siteFiles } from '../../src/site/files.ts';
import { BIDI, getSite, hostileInput, LONG, MARKUP } from '../support/site.ts';

/** Everything but printable characters and line ends. */
const RAW = /[^\P{C}\r\n]|[\u2028\u2029]/u;

const JAVASCRIPT = 'javascript:alert(1)//"\n';
const FORMULA = '=HYPERLINK("http://evil.example","x")';

describe.each([
  ['markup', MARKUP],
  ['controls and directions', BIDI],
  ['10,000 characters', LONG],
  ['a javascript: URL', JAVASCRIPT],
  ['a formula', FORMULA],
])('text with %s', (_, evil) => {
  const input = hostileInput(evil);
  const name = `old${evil}`;

  it('is read back from JSON exactly, and no character of it steers a terminal or changes a direction', () => {
    const bodies = [
      ...['/api/v1/images', `/api/v1/images/${encodeURIComponent(name)}`, '/api/v1/deprecations'],
      ...['/api/v1/tools/victim', '/v1/tool/victim/images'],
    ].map((target) => getSite(target, { input }).body);
    for (const body of bodies) expect(body).not.toMatch(RAW);
    expect(bodies.map((body) => JSON.parse(body))).toMatchObject([
      { outdated: `outdated${evil}`, images: [{ name: 'good' }, { name, aliases: [`alias${evil}`] }] },
      {
        name,
        workloads: expect.arrayContaining([
          { tool: evil, workload: evil, asksFor: evil },
          { tool: 'victim', workload: `Deployment/${evil}`, asksFor: evil },
        ]),
      },
      { deprecations: [{ name, replacement: `new${evil}`, removal: evil, url: evil }] },
      { workloads: [{ workload: `Deployment/${evil}`, image: name, asksFor: evil }] },
      { messages: { warning: [expect.stringContaining(`used by Deployment/${evil}`)] } },
    ]);
  });

  it('breaks no line of the CSV, and begins no cell like a formula', () => {
    const csv = getSite('/api/v1/deprecations.csv', { input }).body;
    expect(csv).not.toMatch(RAW);
    expect(csv.trimEnd().split('\r\n')).toHaveLength(2);
    expect(csv).not.toMatch(/(^|,)"?[=+\-@]/m);
  });

  it('is no markup and no link in any file, and leaves its folder in none', () => {
    for (const { path, text } of siteFiles(input)) {
      expect(path).toMatch(/^(api\/v1\/|v1\/tool\/victim\/)?((images|tools)\/)?[\w.,%()*'!~-]+$/);
      expect(text, path).not.toMatch(RAW);
      if (!path.endsWith('.html')) continue;
      expect(text, path).not.toMatch(/<script|<img|(href|src|action)="\s*(javascript|data):/i);
    }
  });

  it('changes no header', () => {
    for (const target of ['/', `/images/${encodeURIComponent(`alias${evil}`)}`, `/images/${name}`])
      for (const value of Object.values(siteFrom(input)({ method: 'GET', target }).headers))
        expect(value).toMatch(/^[\x20-\x7e]+$/);
  });
});
