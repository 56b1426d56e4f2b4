import { expect, test } from 'vitest';

test('a comparison with a file that is missing fails, since only --update writes snapshots', () => {
  // Vitest's own default, `new`, writes a missing file, and the test passes outside CI.
  expect(['none', 'all']).toContain(expect.getState().snapshotState.snapshotUpdateState);
});
