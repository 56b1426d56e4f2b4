import { X509Certificate } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkPair } from '../../../src/certificates/key-pair.ts';
import { runCli } from '../../support/run-cli.ts';

let dir: string;
beforeEach(() => {
  dir = join(mkdtempSync(join(tmpdir(), 'certs-')), 'new');
});
afterEach(() => rmSync(join(dir, '..'), { recursive: true }));

const text = (file: string) => readFileSync(join(dir, file), 'utf8');

describe('certs', () => {
  it('creates a CA and a serving certificate of it for the given hosts', async () => {
    const { exitCode, stdout } = await runCli([
      'certs',
      '--dir',
      dir,
      '--host',
      'webhook.example.org',
      '127.0.0.1',
    ]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`--cert-dir ${dir}`);
    expect(readdirSync(dir).sort()).toEqual(['ca.crt', 'ca.key', 'tls.crt', 'tls.key']);
    const authority = new X509Certificate(text('ca.crt'));
    const serving = new X509Certificate(text('tls.crt'));
    expect(serving.verify(authority.publicKey)).toBe(true);
    expect(serving.checkIssued(authority)).toBe(true);
    expect(serving.checkHost('webhook.example.org')).toBe('webhook.example.org');
    expect(serving.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(checkPair({ certificate: text('tls.crt'), key: text('tls.key') }, new Date()).kind).toBe('good');
  });

  it('creates parent directories, too', async () => {
    const below = join(dir, 'a', 'b');
    expect((await runCli(['certs', '--dir', below])).exitCode).toBe(0);
    expect((await runCli(['certs', '--dir', `${below}/`, '--force'])).exitCode).toBe(0);
    expect(readdirSync(below)).toHaveLength(4);
  });

  it.runIf(existsSync('/proc/self'))('fails when no directory can be created', async () => {
    for (const nowhere of ['/proc/x', '/proc/x/y'])
      expect(await runCli(['certs', '--dir', nowhere])).toEqual({
        exitCode: 2,
        stdout: '',
        stderr: `error: cannot write to ${nowhere}: the directory /proc/x cannot be created there\n`,
      });
  });

  it('fails when a parent is a file', async () => {
    writeFileSync(dir, '');
    expect((await runCli(['certs', '--dir', join(dir, 'a')])).stderr).toBe(
      `error: cannot write to ${join(dir, 'a')}: a part of its path is not a directory\n`,
    );
  });

  it('makes the keys readable by their owner only', async () => {
    await runCli(['certs', '--dir', dir]);
    expect(statSync(join(dir, 'ca.key')).mode & 0o777).toBe(0o600);
    expect(statSync(join(dir, 'tls.key')).mode & 0o777).toBe(0o600);
  });

  it('replaces existing files only with --force, and then all of them', async () => {
    await runCli(['certs', '--dir', dir]);
    rmSync(join(dir, 'tls.key'));
    const before = text('ca.crt');
    const refused = await runCli(['certs', '--dir', dir]);
    expect(refused).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `error: ${join(dir, 'ca.crt')} exists; --force replaces the CA and the serving certificate\n`,
    });
    expect(text('ca.crt')).toBe(before);

    writeFileSync(join(dir, 'tls.key'), 'open to everybody', { mode: 0o644 });
    expect((await runCli(['certs', '--dir', dir, '--force'])).exitCode).toBe(0);
    expect(text('ca.crt')).not.toBe(before);
    expect(statSync(join(dir, 'tls.key')).mode & 0o777).toBe(0o600);
    expect(new X509Certificate(text('tls.crt')).checkIssued(new X509Certificate(text('ca.crt')))).toBe(true);
  });
});
