import { expect, it } from 'vitest';
import { isUnreadable } from '../../src/catalog/unreadable.ts';
import { loaded } from '../support/problems.ts';

it.each(['', '[]', '%', 'a: b: c', '[a]: b', '# nothing'])('%j is unreadable', (text) => {
  expect(isUnreadable(loaded(text))).toBe(true);
});

it.each(['{}', 'a: b', 'a: {}\na: {}\n'])('%j is readable, right or wrong', (text) => {
  expect(isUnreadable(loaded(text))).toBe(false);
});
