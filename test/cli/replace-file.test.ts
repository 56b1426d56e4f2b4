import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { replaceFile } from '../../src/cli/replace-file.ts';
import { temporaryDirectory } from '../support/temporary.ts';

let files: Awaited<ReturnType<typeof temporaryDirectory>>;
let path: string;
beforeEach(async () => {
  files = await temporaryDirectory();
  path = join(files.path, 'jobs.yaml');
  writeFileSync(path, 'before');
});
afterEach(() => files[Symbol.asyncDispose]());

const isRoot = spawnSync('id', ['-u'], { encoding: 'utf8' }).stdout.trim() === '0';

/** Expects that the file has kept its text, and that nothing else was left behind. */
function expectKept(refusal: string | undefined, reason: string, names = ['jobs.yaml']): void {
  expect(refusal).toBe(reason);
  expect(readdirSync(files.path).sort()).toEqual(names);
}

describe('replaceFile', () => {
  it.each([0o644, 0o600, 0o755, 0o664])('replaces the text and keeps the mode %o', (mode) => {
    chmodSync(path, mode);
    expect(replaceFile(path, 'before', 'after')).toBeUndefined();
    expect(readFileSync(path, 'utf8')).toBe('after');
    expect(statSync(path).mode & 0o7777).toBe(mode);
    expect(readdirSync(files.path)).toEqual(['jobs.yaml']);
  });

  it('never shows half of a text: the file that is read stays whole', () => {
    const { ino } = statSync(path);
    replaceFile(path, 'before', 'after');
    expect(statSync(path).ino).not.toBe(ino);
  });

  it('leaves a file that has changed meanwhile', () => {
    expectKept(replaceFile(path, 'earlier', 'after'), 'it has changed meanwhile');
    expect(readFileSync(path, 'utf8')).toBe('before');
  });

  it('leaves a symbolic link and what it leads to', () => {
    const link = join(files.path, 'link');
    symlinkSync(path, link);
    expectKept(replaceFile(link, 'before', 'after'), 'it is a symbolic link', ['jobs.yaml', 'link']);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe('before');
  });

  it('leaves a file with a second name', () => {
    linkSync(path, join(files.path, 'second'));
    expectKept(
      replaceFile(path, 'before', 'after'),
      'it has more than one name (hard links), and an edit would separate them',
      ['jobs.yaml', 'second'],
    );
    expect(readFileSync(path, 'utf8')).toBe('before');
  });

  it('leaves a read-only file, also to root', () => {
    chmodSync(path, 0o444);
    expectKept(replaceFile(path, 'before', 'after'), 'it is read-only');
  });

  it('leaves a FIFO and a directory, without waiting', () => {
    const fifo = join(files.path, 'fifo');
    execFileSync('mkfifo', [fifo]);
    expectKept(replaceFile(fifo, 'before', 'after'), 'it is no regular file', ['fifo', 'jobs.yaml']);
    expectKept(replaceFile(files.path, 'before', 'after'), 'it is no regular file', ['fifo', 'jobs.yaml']);
  });

  it('says so when the file is gone', () => {
    expectKept(replaceFile(join(files.path, 'gone'), 'before', 'after'), 'no such file');
  });

  it.skipIf(!isRoot)("leaves another user's file to that user, also for root", () => {
    chownSync(path, 65_534, 65_534);
    expectKept(
      replaceFile(path, 'before', 'after'),
      'it belongs to another user, and only that user may change it',
    );
    expect(statSync(path).uid).toBe(65_534);
  });

  it.skipIf(!isRoot)('keeps the group', () => {
    chownSync(path, 0, 65_534);
    expect(replaceFile(path, 'before', 'after')).toBeUndefined();
    expect(statSync(path).gid).toBe(65_534);
  });

  it.skipIf(isRoot)('leaves a file in a directory that may not be written', () => {
    chmodSync(files.path, 0o555);
    const refusal = replaceFile(path, 'before', 'after');
    chmodSync(files.path, 0o755);
    expectKept(refusal, 'permission denied');
  });

  it('does not follow what was put in the place of the file', () => {
    const folder = join(files.path, 'folder');
    mkdirSync(folder);
    expect(replaceFile(join(folder, 'jobs.yaml'), 'before', 'after')).toBe('no such file');
    expect(readdirSync(folder)).toEqual([]);
  });
});
